"""What makes "safe" provable: pure functions over `ast`, each with its own oracle in the tests."""
