"""Checks of our own. Every module in here that has a `check` is one."""
