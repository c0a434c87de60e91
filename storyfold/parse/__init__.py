"""Parse: one page's bytes to one article, or to the reason why it is none."""
