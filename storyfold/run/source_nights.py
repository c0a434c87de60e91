"""Count what each source gave in a run, from the rows of the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from storyfold.schemas import Reject, SourceNight


def count_sources(
    source_rows: Sequence[SourceNight], fetches: pa.Table, articles: pa.Table, rejects: Sequence[Reject]
) -> list[SourceNight]:
    """Complete the rows of `source_rows`, which have only their `items`, with the fates of those; each item has one."""
    asked = _count_by_source(fetches.filter(pc.equal(fetches["method"], "http")))
    first = pc.equal(articles["version"], 1)
    new, changed = _count_by_source(articles.filter(first)), _count_by_source(articles.filter(pc.invert(first)))
    lost = Counter(reject.source_id for reject in rejects if reject.stage != "discover")
    rejected = Counter(reject.source_id for reject in rejects)
    return [
        replace(
            row,
            asked=asked[row.source_id],
            kept=row.items - lost[row.source_id],
            rejected=rejected[row.source_id],
            new=new[row.source_id],
            changed=changed[row.source_id],
        )
        for row in source_rows
    ]


def _count_by_source(rows: pa.Table) -> Counter[str]:
    return Counter(rows["source_id"].to_pylist())
