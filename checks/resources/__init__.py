"""Let `with` close what you open."""
