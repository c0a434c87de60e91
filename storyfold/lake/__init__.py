"""Read and write the lake's tables, check them, and diagnose what is wrong when they cannot be read."""
