"""Build collections by saying what they hold."""
