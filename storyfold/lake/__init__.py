"""The lake: its tables, what must hold of them, and what is wrong when it cannot be read."""
