"""Read what a user may set, once, from sources.toml."""
