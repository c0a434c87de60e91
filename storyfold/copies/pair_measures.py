"""List what was measured of two texts, each with the threshold that it is held against."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from storyfold.copies.compare_texts import OneShared
from storyfold.copies.documents import Documents
from storyfold.kernels.arrays import Flags, LongHashes
from storyfold.output.pair_reasons import Measure
from storyfold.settings.copies import CopySettings
from storyfold.text.sketch import BOUND


def list_measures(
    shared: OneShared, documents: Documents, is_repeated: Flags, settings: CopySettings
) -> Iterator[Measure]:
    """Yield the measures in the order in which the stage takes them; a pair is compared where the first two pass."""
    is_same = bool(documents.outlets[0] == documents.outlets[1] >= 0)
    yield from _measure_sketches(documents, is_repeated, settings, is_same=is_same)
    yield _measure_share(
        "of the words of the shorter text", "partial_share", shared["equal"], shared["words"], settings
    )
    yield _measure_share(
        "of the words of the longer text", "partial_share", shared["long_equal"], shared["long_words"], settings
    )
    what = "of the shorter text, quotations and boilerplate set aside"
    yield _measure_share(what, "family_share", shared["own_equal"], shared["own"], settings)
    what = "of the shorter text, boilerplate set aside"
    yield _measure_share(what, "family_share", shared["kept_equal"], shared["kept"], settings)
    if int(shared["own_equal"]) < settings.family_share * int(shared["own"]):
        what = "of the shorter text: enough for an agency's report and its later version"
        yield _measure_share(what, "write_through_share", shared["own_equal"], shared["own"], settings)
    equal = int(shared["equal"])
    yield Measure(
        what="shared words",
        setting="least_words",
        value=equal,
        least=settings.least_words,
        passed=equal >= settings.least_words,
    )
    steady = "steady_share_same_outlet" if is_same else "steady_share"
    what = "of the shorter text in runs of a dozen unchanged words"
    yield _measure_share(what, steady, shared["own_steady"], shared["own"], settings)
    what = "of the longer text, quotations and boilerplate set aside: full from there, else an excerpt"
    yield _measure_share(what, "mostly", shared["long_own_equal"], shared["long_own"], settings)


def _measure_share(what: str, setting: str, part: int, whole: int, settings: CopySettings) -> Measure:
    """Measure a share, held against the threshold as exactly as `edges.py` does."""
    least = float(getattr(settings, setting))
    size = max(int(whole), 1)
    return Measure(
        what=what,
        setting=setting,
        value=round(int(part) / size, 4),
        least=least,
        passed=int(part) * 1_000_000 >= size * round(least * 1_000_000),
        part=int(part),
        whole=int(whole),
    )


def _measure_sketches(
    documents: Documents, is_repeated: Flags, settings: CopySettings, *, is_same: bool
) -> Iterator[Measure]:
    """Measure what the two sketches share, as `partner_search.py` does."""
    starts = documents.starts
    whole = [documents.hashes[starts[n] : starts[n + 1]] for n in range(2)]
    kept = [hashes[~is_repeated[starts[n] : starts[n + 1]]] for n, hashes in enumerate(whole)]
    common = len(np.intersect1d(kept[0], kept[1], assume_unique=True))
    yield Measure(
        what="shared hashes of the sketches",
        setting="least_shared",
        value=common,
        least=settings.least_shared,
        passed=common >= settings.least_shared,
    )
    width = min(map(_find_width, whole))
    size = max(min(int((hashes < np.uint64(width)).sum()) for hashes in kept), 1)
    name = "same_outlet_containment" if is_same else "least_containment"
    least = float(getattr(settings, name))
    yield Measure(
        what="of the smaller sketch",
        setting=name,
        value=round(common / size, 4),
        least=least,
        passed=common * 1_000_000 >= round(least * 1_000_000) * size,
        part=common,
        whole=size,
    )


def _find_width(hashes: LongHashes) -> int:
    """Find below which value a sketch has all hashes of its text."""
    return max(int(BOUND), int(hashes[-1]) + 1) if len(hashes) else int(BOUND)
