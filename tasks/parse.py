"""Parse pages into articles: one task a batch, its pages in worker processes."""

from __future__ import annotations

from functools import partial

from storyfold.fetch.archive import read_page
from storyfold.parse.batch import ParseBatch, make_parse_job
from storyfold.run.parts import Part, read_part
from storyfold.settings.stages import Settings
from tasks.resources import Resources
from tasks.retrying import retried_task


@retried_task("parse", "parse-{batch.out.name}")
def parse_pages(batch: ParseBatch, settings: Settings, resources: Resources) -> Part:
    """Parse one batch, unless it is there already; a page that hangs or takes its process down costs only itself."""
    read = partial(read_page, archive_folder=resources.lake.archive, page_bytes=settings.fetch.page_bytes)
    job = make_parse_job(batch, read, settings.parse, settings.stories.embeddings)
    return read_part(batch.out) or resources.workers.run(job)
