"""Words of a text: normalized, counted, and told apart by language and by page furniture."""
