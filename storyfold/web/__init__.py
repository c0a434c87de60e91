"""Read addresses, messages and archives of the web, the same way in every stage."""
