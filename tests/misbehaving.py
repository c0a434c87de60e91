"""Work for worker processes to do, most of it badly; in a module of its own, since workers import it."""

import os
import signal
import time
from pathlib import Path

from storyfold.outcomes import Reason, Rejected

MiB = 2**20
kept = []


def do(order):
    """Do what the order's first word says; the rest is its argument."""
    what, _, argument = order.partition(" ")
    return ACTIONS[what](argument)


def note(argument):
    """Append a line to a file, so that a test can tell how often this was done."""
    name, _, line = argument.partition(" ")
    with Path(name).open("a") as file:
        file.write(f"{line}\n")
    return line


def spin(_):
    while True:
        pass


def swell(_):
    held = []
    while True:
        held.append(bytearray(MiB))
        time.sleep(0.001)


def peak(argument):
    return len(bytearray(int(argument) * MiB))


def leak(argument):
    kept.append(bytearray(int(argument) * MiB))
    return len(kept)


def raise_error(argument):
    raise {"disk": OSError(28, "No space left on device"), "reason": Rejected(Reason.NO_BODY)}[argument]


ACTIONS = {
    "say": str,
    "note": note,
    "spin": spin,
    "sleep": lambda argument: time.sleep(float(argument)),
    "exit": lambda argument: os._exit(int(argument)),
    "crash": lambda _: os.kill(os.getpid(), signal.SIGSEGV),
    "swell": swell,
    "peak": peak,
    "leak": leak,
    "raise": raise_error,
    "lock": lambda _: lambda: None,
    "pid": lambda _: os.getpid(),
    "print": print,
}


def lost(item, why):
    """Make the result of an item at which the worker was lost."""
    return f"lost {item}: {why}"


def answer(items, results):
    """Answer a job with all that its worker has."""
    return items, results


def read_nothing():
    """Fail to read the items of a job."""
    return {}["items"]


def die_once(items, results):
    """End the first worker that is to finish the job."""
    mark = Path(os.environ["DIED"])
    if not mark.exists():
        mark.touch()
        os._exit(1)
    return items, results


class Unreadable:
    """Work that cannot be had in another process."""

    def __call__(self, item):
        return item

    def __reduce__(self):
        return (_missing, ())


def _missing():
    raise ImportError("no such work here")


def take_long() -> None:
    """Compute longer than the tests' items may, as loading and compiling do on a slow machine."""
    ends = time.process_time() + 2.5
    while time.process_time() < ends:
        pass
    with Path(os.environ["PREPARED"]).open("a") as notes:
        notes.write("prepared\n")


def fail_to_load() -> None:
    """Fail as a damaged install does."""
    raise ImportError("no such library")
