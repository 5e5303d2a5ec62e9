"""Let a builtin do the looping."""
