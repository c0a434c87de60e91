"""Declare the columns that several tables share."""

from datetime import date
from typing import Annotated

import pyarrow as pa

UInt64 = Annotated[int, pa.uint64()]
UInt16 = Annotated[int, pa.uint16()]

RunId = Annotated[str, "The run: its night and a hash of settings, sources and code, as in `2026-11-21-3f9a1c20`."]
AttemptNumber = Annotated[int, "The attempt of the run, from 1; with `run_id` it names a row of `runs`."]
RunDate = Annotated[date, "The UTC day on which the run started; the partition of run-level tables."]
SeenDate = Annotated[date, "The UTC day on which we first saw the page; the partition."]
SourceId = Annotated[str, "The source's `id` in sources.toml."]
ArticleId = Annotated[
    str, "The article: a hash of its canonical URL when it first landed; for a page without one, of source and name."
]
Version = Annotated[int, "The article's text as it stood: 1, then one more for each change that is not cosmetic."]
StoryId = Annotated[str, "The story: a hash of its founding member's `article_id`."]
WarcFile = Annotated[str, "The archive with the bytes: below the lake's `archive/`, or the full path of one of yours."]
WarcOffset = Annotated[
    int,
    "Where the record starts in `warc_file`, in bytes of the file as stored; below zero, minus where it starts in the "
    "inflated bytes of an archive that was compressed whole.",
]
ContentHash = Annotated[str, "SHA-256 of the page's bytes, in hex, before any decoding of characters."]
