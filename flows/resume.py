"""The nights that were killed, finished one after another, whatever becomes of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flows.progress import log
from flows.results import NightResult
from storyfold.outcomes import StoryfoldError
from storyfold.run.unfinished import Unfinished

Finished = tuple[tuple[NightResult, ...], tuple[str, ...]]


def finish_nights(others: Sequence[Unfinished], run: Callable[[Unfinished], NightResult]) -> Finished:
    """Run each in its order; the results, and a line for each that could not be finished, which is logged too."""
    results, left = [], []
    for other in others:
        try:
            other.load_checked_sources()
            log.info("finishing night %s (%s), which was killed", other.night, other.run_id)
            results.append(run(other))
        except StoryfoldError as error:
            left.append(str(error))
        except Exception as error:  # noqa: BLE001 (whatever is wrong with that night, tonight's is to run)
            left.append(f"{other.name}: {type(error).__name__}: {error}")
        else:
            continue
        log.error("%s", left[-1])
    return tuple(results), tuple(left)
