"""Speed and quality, measured; figures in docs and notes come from here."""
