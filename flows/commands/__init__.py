"""Run the command line: one file a group of commands, and what only commands need."""
