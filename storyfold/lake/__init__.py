"""Read and write the tables of a lake, check them, bring older ones up to date, say what is wrong with its files."""
