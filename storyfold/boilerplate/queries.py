"""Query the lake for the lines, headlines and dates of its pages, which new pages are compared with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date
from typing import Any

import duckdb
import pyarrow as pa

from storyfold.boilerplate.cut import KnownTitle
from storyfold.boilerplate.date_stamps import MOST_STAMPED_PAGES, DateStamp, KnownDateStamp, StampedPage
from storyfold.boilerplate.headlines import find_named
from storyfold.boilerplate.repeated_lines import SAMPLE, Ints, Keys, Repeat
from storyfold.lake.lake import run_query
from storyfold.schemas.pages import DateClaim
from storyfold.settings.boilerplate import BoilerplateSettings

# What is asked of a day: the versions of its own articles are set aside, so that each counts once. The tables `known_…`
# hold what is known of the window before it (`JudgedPages`). Lists name reports of the last days, and a line that an
# outlet has given up a month ago is on no new page. So a day costs in proportion to a month, however old the lake is.
_OTHERS = "article_id NOT IN (FROM own_articles)"
_LINES = f"""
    SELECT article_id, version, outlet, own_share, keys FROM known_lines WHERE outlet IS NOT NULL AND {_OTHERS}
"""  # noqa: S608
_PAGES = f"FROM known_articles WHERE {_OTHERS}"
# A date in an element of a page, and the first day on which one was seen.
_DATES = f"""
    SELECT
        outlet, claim."where" AS element, claim.value AS value, claim.precision AS precision, article_id,
        max_by(version, (first_seen_at, version)) AS version, min(seen_date) AS seen_date
    FROM (
        SELECT
            article_id, version, first_seen_at, seen_date, outlet, unnest(date_claims) AS claim
        {_PAGES}
    )
    WHERE claim.value IS NOT NULL
    GROUP BY ALL
"""  # noqa: S608
# The headlines of pages, articles and others, within the window.
_TITLES = f"""
    SELECT * FROM (
        SELECT
            article_id AS page_id, version, first_seen_at,
            unnest(list_append(coalesce(other_titles, []), title)) AS title
        {_PAGES}
        UNION ALL
        SELECT reject_id, 0, first_seen_at, title FROM known_rejects WHERE is_titled AND seen_date < $day
    )
    WHERE title IS NOT NULL
"""  # noqa: S608 (queries of this module)


def read_headlines(connection: duckdb.DuckDBPyConnection, day: date) -> list[tuple[str, str]]:
    """Return the ids and titles of the pages first seen on a day that are no articles; `JudgedPages` has them."""
    sql = "SELECT reject_id, title FROM known_rejects WHERE is_titled AND seen_date = $1"
    found = run_query(connection, sql, [day])
    return list(zip(*found.to_pydict().values(), strict=True))


class KnownPagesInLake:
    """Give the stage the pages that were first seen in the window before a day, without the day's own articles.

    `own` are the ids of these: all pages of the day are judged together, the lake's too, and show each other's lines.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, day: date, own: Collection[str], settings: BoilerplateSettings
    ) -> None:
        self.connection = connection
        self._day = day
        self._own_share = settings.own_share
        connection.register("own_articles", pa.table({"article_id": pa.array(sorted(own), pa.string())}))

    def count_pages(self) -> Mapping[str, int]:
        """Count the articles of each outlet."""
        counted = self._read_rows(f"SELECT outlet, count(DISTINCT article_id) AS n FROM ({_LINES}) GROUP BY outlet")  # noqa: S608
        return {row["outlet"]: row["n"] for row in counted}

    def find_repeats(self, outlets: Sequence[str], outlet_of: Ints, keys: Keys) -> Mapping[tuple[str, int], Repeat]:
        """Return those of the lines that known articles of the same outlet have."""
        names = pa.DictionaryArray.from_arrays(pa.array(outlet_of, mask=outlet_of < 0), pa.array(outlets, pa.string()))
        self.connection.register("wanted_lines", pa.table({"outlet": names, "key": pa.array(keys)}))
        found = self._read_rows(
            f"""
            WITH found AS MATERIALIZED (
                SELECT * FROM (
                    SELECT * EXCLUDE (keys), unnest(keys) AS key FROM ({_LINES})
                    WHERE outlet IN (SELECT outlet FROM wanted_lines)
                ) SEMI JOIN wanted_lines USING (outlet, key)
            ),
            uses AS (
                SELECT
                    outlet, key, article_id,
                    coalesce(max_by(title, (first_seen_at, title)), '') AS title,
                    max(own_share) >= $own_share AS is_own
                FROM found JOIN (SELECT article_id, version, title, first_seen_at {_PAGES}) USING (article_id, version)
                GROUP BY outlet, key, article_id
            )
            SELECT
                outlet, key, count(*) AS pages, count_if(is_own) AS evidence,
                list_sort(list({{'id': article_id, 'title': title}}) FILTER (is_own))[:{SAMPLE}] AS samples
            FROM uses GROUP BY outlet, key
            """,  # noqa: S608 (numbers and queries of this module)
            own_share=self._own_share,
        )
        return {
            (row["outlet"], row["key"]): Repeat(
                row["pages"], row["evidence"], tuple((page["id"], page["title"]) for page in row["samples"] or ())
            )
            for row in found
        }

    def find_titled(self, starts: Collection[str]) -> Iterable[KnownTitle]:
        """Return the articles and rejected pages that one of these beginnings of a headline may name."""
        if not starts:
            return ()
        titles = run_query(self.connection, _TITLES, {"day": self._day})
        named = find_named(titles.column("title").to_pylist(), starts)
        self.connection.register("named_titles", titles.take(pa.array(named, pa.int64())))
        found = self._read_rows(
            f"""
            SELECT DISTINCT page_id, named.version, first_seen_at, title, keys
            FROM named_titles AS named LEFT JOIN (
                SELECT article_id AS page_id, version, keys FROM known_lines WHERE {_OTHERS}
            ) USING (page_id, version)
            ORDER BY page_id, first_seen_at, version, title
            """  # noqa: S608
        )
        return (KnownTitle(row["page_id"], row["title"], tuple(row["keys"] or ())) for row in found)

    def find_stamps(self, wanted: Collection[DateStamp]) -> Mapping[DateStamp, KnownDateStamp]:
        """Return those of the dates that known articles of the same outlet have in the same element."""
        if not wanted:
            return {}
        names = ("outlet", "element", "value", "precision")
        columns = zip(names, zip(*sorted(wanted), strict=True), strict=True)
        self.connection.register("wanted_dates", pa.table({name: pa.array(column) for name, column in columns}))
        found = self._read_rows(
            f"""
            WITH found AS (SELECT * FROM ({_DATES}) SEMI JOIN wanted_dates USING (outlet, element, value, precision)),
            counted AS (
                SELECT
                    *,
                    count(*) OVER same_date AS pages,
                    list_sort(list_distinct(list(seen_date) OVER same_date)) AS days,
                    row_number() OVER (PARTITION BY outlet, element, value, precision ORDER BY article_id) AS number
                FROM found WINDOW same_date AS (PARTITION BY outlet, element, value, precision)
            )
            SELECT
                counted.outlet, element, value, precision, pages, days, article_id, coalesce(title, '') AS title,
                first_seen_at, date_claims
            FROM counted JOIN (
                SELECT article_id, version, title, first_seen_at, date_claims {_PAGES}
            ) USING (article_id, version)
            WHERE number <= {MOST_STAMPED_PAGES} ORDER BY ALL
            """  # noqa: S608 (numbers and queries of this module)
        )
        known: dict[DateStamp, KnownDateStamp] = {}
        for row in found:
            stamp = DateStamp(row["outlet"], row["element"], row["value"].astimezone(UTC), row["precision"])
            before = known[stamp].stamped_pages if stamp in known else ()
            claims = tuple(_make_claim(claim) for claim in row["date_claims"])
            seen_at = row["first_seen_at"].astimezone(UTC)
            page = StampedPage(row["article_id"], row["title"], seen_at, claims)
            known[stamp] = KnownDateStamp(row["pages"], tuple(row["days"]), (*before, page))
        return known

    def count_dated(self, outlets: Collection[str]) -> Mapping[tuple[str, str, date], int]:
        """Count the articles of these outlets that have a date, by element and day seen."""
        if not outlets:
            return {}
        self.connection.register("wanted_outlets", pa.table({"outlet": pa.array(sorted(outlets), pa.string())}))
        found = self._read_rows(
            f"""
            SELECT outlet, element, day, count(*) AS pages
            FROM (
                SELECT outlet, element, article_id, min(seen_date) AS day
                FROM ({_DATES}) SEMI JOIN wanted_outlets USING (outlet)
                GROUP BY ALL
            ) GROUP BY ALL
            """  # noqa: S608
        )
        return {(row["outlet"], row["element"], row["day"]): row["pages"] for row in found}

    def _read_rows(self, sql: str, **values: object) -> list[dict[str, Any]]:
        """Return the rows of a query over the window, with its values."""
        rows: list[dict[str, Any]] = run_query(self.connection, sql, values).to_pylist()
        return rows


def _make_claim(row: Mapping[str, Any]) -> DateClaim:
    value = row["value"].astimezone(UTC) if row["value"] else None
    return DateClaim(where=row["where"], words=row["words"], value=value, precision=row["precision"])
