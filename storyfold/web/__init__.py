"""Addresses, messages and archives of the web, as every stage reads them."""
