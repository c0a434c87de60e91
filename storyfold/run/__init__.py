"""One run of a night: its attempt, its parts, its versions, and the rows that land."""
