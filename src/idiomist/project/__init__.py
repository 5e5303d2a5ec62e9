"""Where files are and what is configured for them."""
