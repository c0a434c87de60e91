"""Fetch: get the bytes of each item, and store them in an archive before anything is read from them."""
