"""The article's text on an HTML page: a model over blocks, trafilatura as a check, and what is pruned."""
