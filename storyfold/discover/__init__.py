"""Discover: list what each source has to read, as items; nothing is fetched here but feeds and lists."""
