"""Fetch: the bytes of each item, kept in an archive before anything is read into them."""
