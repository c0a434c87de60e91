"""Declare the table of what the list of outlets says of the outlets in a lake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from storyfold.schemas.columns import declare_table
from storyfold.schemas.common import AttemptNumber, RunDate, RunId

# The host of an article's `address`, with its port, and in a web archive or a cache also the host that is shown there:
# all that an outlet is looked up by. In SQL, since views have to know it; `report/sql/outlets.sql` has the same words.
HOST_SQL = r"""lower(concat_ws(' ',
        regexp_extract(address, '^https?://(?:[^/?#@]*@)?([^/?#\s]+)(?:[/?#]|$)', 1, 'i'),
        nullif(regexp_extract(address, '^[^?#]*/(?:(?:19|20)[0-9]{2,12}(?:[a-z]{2}_)?|(?:19|20)[0-9]{2}\.[01][0-9]\.[0-3][0-9]-[0-9]{6})/(https?(?::|%3A)(?:/|%2F)+[^/?#%\s]+)', 1, 'i'), ''),
        nullif(regexp_extract(address, '^https?://[^/?#]*(?:ampproject\.org|bing-amp\.com|google\.[a-z.]+)(/[^?#\s]*/[^/?#\s]+\.[^/?#\s]+)', 1, 'i'), '')
    ))"""  # noqa: E501 (as it stands in the view)


@declare_table(
    "outlet_facts",
    "what the list of outlets says of the articles with one outlet's name at one host, as of a run",
    key=("run_id", "attempt", "printed_name", "host"),
    partition="run_date",
)
@dataclass(frozen=True, slots=True, kw_only=True)
class OutletFact:
    run_id: RunId = ""
    attempt: AttemptNumber = 1
    run_date: RunDate
    printed_name: Annotated[str, "The outlet as the pages name it; empty where they do not."]
    host: Annotated[
        str,
        "The host of their addresses, and where a web archive or a cache served them the host that it shows; empty "
        "where nothing says an address.",
    ]
    outlet: Annotated[
        str | None,
        "The outlet by which they count: the first domain of its row in the list, else the registrable domain, else "
        "the name that they print; null where nothing is known of them but their source.",
    ] = None
    name: Annotated[str | None, "How the list calls it; null where it is not listed, as all that follows."] = None
    owner: Annotated[str | None, "The company that owns it; outlets of one owner are one source."] = None
    kind: Annotated[str | None, "What it is, as in `newspaper`; `agency` also for an agency's own pages."] = None
    country: Annotated[str | None, "Its country, as ISO 3166-1 has it in two letters."] = None
    language: Annotated[str | None, "Its language, as ISO 639-1 has it."] = None
    mirror_of: Annotated[str | None, "The domain or name of the outlet whose texts it shows."] = None
    source: Annotated[str | None, "What says so: an address, or words that name a document."] = None
    source_date: Annotated[date | None, "The day on which that was read."] = None
