"""Worker processes that may be killed: the pool, and what runs in each process."""
