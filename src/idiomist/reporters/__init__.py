"""Ways to show findings; none of them decides anything."""
