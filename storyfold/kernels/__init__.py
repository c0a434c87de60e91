"""Declare kernels, compile them once and keep their machine code."""
