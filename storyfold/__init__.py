"""Which of last night's pages tell the same story, who wrote it, and who only copied it.

Pure domain code: it imports neither Prefect nor Dask. A stage is a folder; stages do not import each other;
what they share lies beside them.
"""

__version__ = "0.1.0"
