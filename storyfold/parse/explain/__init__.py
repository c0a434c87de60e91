"""Explain why a page reads as it does: which blocks were kept and cut, and what each date claim weighs."""
