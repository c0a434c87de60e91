"""One run: its attempt, its parts, the versions of its articles, and the rows that land."""
