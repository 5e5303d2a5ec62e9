"""The checks that come with idiomist, a folder for each family."""
