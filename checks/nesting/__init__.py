"""Stop looping inside loops."""
