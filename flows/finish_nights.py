"""Finish the runs that were killed, one after another, whatever becomes of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from flows.progress import log
from flows.results import NightResult
from storyfold.outcomes import StoryfoldError
from storyfold.run.unfinished import UnfinishedAttempt
from storyfold.settings.sources import Sources

Finished = tuple[tuple[NightResult, ...], tuple[str, ...]]


def finish_nights(killed: Sequence[UnfinishedAttempt], run: Callable[[Sources, date], NightResult]) -> Finished:
    """Run each in its order; return the results, and a line, logged too, for each that could not be finished."""
    results, failures = [], []
    for night in killed:
        try:
            sources = night.load_checked_sources()
            log.info("finishing night %s (%s), which was killed", night.night, night.run_id)
            results.append(run(sources, night.night))
        except StoryfoldError as error:
            failures.append(str(error))
        except Exception as error:  # noqa: BLE001 (whatever is wrong with that run, the new one is to go on)
            failures.append(f"{night.name}: {type(error).__name__}: {error}")
        else:
            continue
        log.error("%s", failures[-1])
    return tuple(results), tuple(failures)
