"""Identify things: what makes two of them the same, over runs, machines and versions of this program."""
