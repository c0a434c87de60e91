"""Measure speed and quality; the figures in docs and notes come from here."""
