"""Thin adapters that let other tools run idiomist."""
