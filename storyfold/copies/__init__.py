"""Who copied whom: sketches, candidates, alignment, direction, families.

`fold.fold_copies` is the stage; `words`, `sketch`, `match`, `align`, `verify`, `origin` and `families` are its
steps, in that order.
"""
