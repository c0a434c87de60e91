"""Send mutated pages through the parser, in worker processes as in a run.

    python -m benchmarks.fuzz_pages [--pages 20000] [--seed 1] [--processes N] [--only NAME] [--replay NUMBER]

Most pages are changed ones of ours (golden pages, the demo's web) and, where they are there, of the evaluation sets;
some are made to hurt by size, depth or repetition. Page NUMBER of a seed is always the same: `--replay` parses it
here, in this process, and writes it to a file. Prints what is worth knowing: pages that a worker did not survive,
errors of our own (each is a bug), and the slowest pages.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks.fuzz_cases import Case, Outcome, make_case, make_lost_outcome, parse_case
from benchmarks.grown_pages import GROWN
from benchmarks.page_mutations import MUTATIONS
from storyfold.settings.parse import ParseSettings
from storyfold.workers.pool import count_usable_cores, open_worker_pool
from storyfold.workers.process import Allowance, Job

CHUNK = 50  # cases that a worker is given at a time


def parse_cases(
    cases: Sequence[Case], processes: int, settings: ParseSettings, chunk: int = CHUNK
) -> Iterator[Outcome]:
    """Yield the outcome of each case, in the cases' order."""
    chunks = [cases[start : start + chunk] for start in range(0, len(cases), chunk)]
    allowance = Allowance(settings.page_seconds, settings.page_memory)
    with (
        tempfile.TemporaryDirectory() as folder,
        ThreadPoolExecutor(processes) as waiting,
        open_worker_pool(processes) as workers,
    ):
        jobs = [
            Job(
                read=partial(list, given),
                work=partial(parse_case, settings=settings),
                lost=make_lost_outcome,
                finish=_take_outcomes,
                kept_in=Path(folder, str(number)),
                allowance=allowance,
            )
            for number, given in enumerate(chunks)
        ]
        for found in waiting.map(workers.run, jobs):
            yield from found


def _take_outcomes(cases: Sequence[Case], outcomes: Sequence[Outcome]) -> list[Outcome]:  # noqa: ARG001
    return list(outcomes)


def main() -> None:
    """Run the cases and print what they showed; exit code 1 if a worker ended or our own code failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first page")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=count_usable_cores())
    parser.add_argument("--only", choices=[*MUTATIONS, *GROWN], help="one mutation")
    parser.add_argument("--replay", type=int, metavar="NUMBER", help="parse this page here, and write it to a file")
    options = parser.parse_args()
    if options.replay is not None:
        _replay(Case(options.seed, options.replay, options.only))
        return
    cases = [Case(options.seed, n, options.only) for n in range(options.first, options.first + options.pages)]
    began, seen = time.monotonic(), list[Outcome]()
    for outcome in parse_cases(cases, options.processes, ParseSettings()):
        seen.append(outcome)
        if outcome.fault:
            print(_format_line(outcome), flush=True)
        if len(seen) % 1_000 == 0:
            print(f"{len(seen)} pages in {time.monotonic() - began:.0f} s", flush=True)
    _print_summary(seen)
    sys.exit(any(outcome.fault for outcome in seen))


def _replay(case: Case) -> None:
    made, content = make_case(case)
    file = Path(tempfile.gettempdir()) / f"page-{case.seed}-{case.number}"
    file.write_bytes(content)
    print(f"{made}, {len(content)} bytes, in {file}", flush=True)
    print(_format_line(parse_case(case, ParseSettings())))


def _print_summary(seen: Sequence[Outcome]) -> None:
    total = sum(o.seconds for o in seen)
    print(f"\n{len(seen)} pages, {sum(o.bytes for o in seen) / 1e6:.0f} MB, {total:.0f} s of processor time")
    print(f"workers ended: {sum(o.ended for o in seen)}; own errors: {sum(bool(o.fault) - o.ended for o in seen)}")
    for fate, count in Counter(o.fate for o in seen if o.fate).most_common():
        print(f"  {count:6} {fate}")
    print("own errors and ended workers, by kind:")
    for fault, count in Counter(o.fault.partition("(")[2] or o.fault for o in seen if o.fault).most_common():
        print(f"  {count:6} {fault}")
    print("slowest:")
    for outcome in sorted(seen, key=lambda o: -o.seconds)[:25]:
        print("  " + _format_line(outcome))


def _format_line(outcome: Outcome) -> str:
    what = outcome.fault or outcome.fate
    return f"{outcome.seconds:7.2f} s {outcome.bytes / 1e6:6.2f} MB  page {outcome.number}: {outcome.made}: {what}"


if __name__ == "__main__":
    main()
