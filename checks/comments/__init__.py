"""Keep comments true."""
