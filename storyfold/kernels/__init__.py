"""Compiled parts: how they are declared, compiled once and kept."""
