"""Normalize the words of a text, detect its language, and recognise page furniture."""
