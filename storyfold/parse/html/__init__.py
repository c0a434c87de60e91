"""An HTML page: its markup made harmless, its elements, and what it says of itself."""
