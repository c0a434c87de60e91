"""What a user may set, read once from sources.toml."""
