"""Read a page as plain text, lines only: its headline, its body, its dates."""
