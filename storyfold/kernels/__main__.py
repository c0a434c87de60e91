"""Compile all kernels that are not compiled yet: `python -m storyfold.kernels`, as set-up does."""

import sys

from storyfold.kernels.compiled import prepare_kernels


def print_line(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


def print_progress(done: int, total: int) -> None:
    """Print how many kernels are compiled: on a terminal over the number before, else every tenth."""
    if sys.stdout.isatty():
        print(f"\r  {done} of {total}", end="\n" if done == total else "", flush=True)
    elif done % 10 == 0 or done == total:
        print(f"  {done} of {total}", flush=True)


if __name__ == "__main__":
    prepare_kernels(print_line, print_progress)
