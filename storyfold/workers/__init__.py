"""Run work in processes that may be killed: the pool, and the program of each process."""
