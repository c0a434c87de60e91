"""What the lake knows of lines, headlines and dates, as the evidence from other pages asks for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from storyfold.boilerplate.cut import KnownTitle
from storyfold.boilerplate.date_stamps import MOST_BEARERS, DateStamp, KnownDateStamp, StampedPage
from storyfold.boilerplate.repeated_lines import OWN_SHARE, SAMPLE, Ints, Keys, Repeat
from storyfold.lake.lake import read
from storyfold.schemas import Article
from storyfold.schemas.pages import DateClaim

# Days around a night's pages: lists name reports of the last days, and a line that an outlet has given up a month
# ago is on no new page. So a night costs in proportion to a month, however old the lake is.
WINDOW = timedelta(days=30)

_LINES = """
    SELECT article_id, version, outlet, own_share, keys FROM page_lines
    WHERE seen_date BETWEEN $first AND $last AND article_id NOT IN (SELECT article_id FROM tonight)
"""
# A date in a place of a page, at the last version that has it and the first day on which one was seen.
_DATES = """
    SELECT
        outlet, claim."where" AS place, claim.value AS value, claim.precision AS precision, article_id,
        max(version) AS version, min(seen_date) AS seen_date
    FROM (
        SELECT
            article_id, version, seen_date, coalesce(nullif(outlet, ''), source_id) AS outlet,
            unnest(date_claims) AS claim
        FROM articles
        WHERE seen_date BETWEEN $first AND $last AND article_id NOT IN (SELECT article_id FROM tonight)
    )
    WHERE claim.value IS NOT NULL
    GROUP BY ALL
"""
# The first three words of a title and of each part of it that is set off, folded as `titles.starts_of` folds them:
# all that may name a page; what does is for `Headlines` to say.
_STARTS = r"""
    list_transform(
        list_concat([title], string_split_regex(title, '[:|•·»›–—-]\s+')),
        lambda part: array_to_string(list_slice(list_filter(
            string_split_regex(lower(part), '[^\p{L}\p{N}_]+'), lambda word: word <> ''), 1, 3), ' ')
    )
"""


class LakePages:
    """The pages of the lake that were seen within a month of tonight's and are not among them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, tonight: Sequence[Article]) -> None:
        self.connection = connection
        days = [article.seen_date for article in tonight]
        self.window = {"first": min(days) - WINDOW, "last": max(days) + WINDOW} if days else None
        connection.register(
            "tonight", pa.table({"article_id": pa.array(sorted({a.article_id for a in tonight}), pa.string())})
        )

    def pages(self) -> Mapping[str, int]:
        """How many articles of each outlet there are."""
        counted = self._read(f"SELECT outlet, count(DISTINCT article_id) AS n FROM ({_LINES}) GROUP BY outlet")  # noqa: S608
        return {row["outlet"]: row["n"] for row in counted}

    def repeats(self, outlets: Sequence[str], outlet_of: Ints, keys: Keys) -> Mapping[tuple[str, int], Repeat]:
        """Those of the lines that articles of the same outlet have."""
        names = pa.DictionaryArray.from_arrays(pa.array(outlet_of, mask=outlet_of < 0), pa.array(outlets, pa.string()))
        self.connection.register("asked", pa.table({"outlet": names, "key": pa.array(keys)}))
        found = self._read(
            f"""
            WITH uses AS (
                SELECT
                    outlet, key, article_id, coalesce(max_by(title, version), '') AS title,
                    max(own_share) >= {OWN_SHARE} AS is_own
                FROM (SELECT * EXCLUDE (keys), unnest(keys) AS key FROM ({_LINES}))
                SEMI JOIN asked USING (outlet, key)
                JOIN articles USING (article_id, version)
                GROUP BY outlet, key, article_id
            )
            SELECT
                outlet, key, count(*) AS pages, count_if(is_own) AS evidence,
                list_slice(list({{'id': article_id, 'title': title}} ORDER BY article_id) FILTER (is_own), 1, {SAMPLE})
                    AS samples
            FROM uses GROUP BY outlet, key
            """  # noqa: S608 (numbers and queries of this module)
        )
        return {
            (row["outlet"], row["key"]): Repeat(
                row["pages"], row["evidence"], tuple((page["id"], page["title"]) for page in row["samples"] or ())
            )
            for row in found
        }

    def titled(self, starts: Collection[str]) -> Iterable[KnownTitle]:
        """The articles and rejected pages that one of these may name."""
        if not starts:
            return ()
        self.connection.register("named", pa.table({"start": pa.array(sorted(starts), pa.string())}))
        found = self._read(
            f"""
            WITH titles AS (
                SELECT article_id AS page_id, version, unnest(list_append(coalesce(other_titles, []), title)) AS title
                FROM articles
                WHERE seen_date BETWEEN $first AND $last
                UNION ALL
                SELECT reject_id, 0, title FROM rejects
                WHERE seen_date BETWEEN $first AND $last AND kind <> 'error'
            ), found AS (
                SELECT DISTINCT page_id, version, title
                FROM (SELECT *, unnest({_STARTS}) AS start FROM titles WHERE title IS NOT NULL)
                SEMI JOIN named USING (start)
            )
            SELECT page_id, title, keys
            FROM found LEFT JOIN page_lines ON page_id = article_id AND found.version = page_lines.version
            ORDER BY page_id, found.version
            """  # noqa: S608
        )
        return (KnownTitle(row["page_id"], row["title"], tuple(row["keys"] or ())) for row in found)

    def stamps(self, asked: Collection[DateStamp]) -> Mapping[DateStamp, KnownDateStamp]:
        """Those of the dates that articles of the same outlet have in the same place."""
        if not asked:
            return {}
        names = ("outlet", "place", "value", "precision")
        columns = zip(names, zip(*sorted(asked), strict=True), strict=True)
        self.connection.register("asked_dates", pa.table({name: pa.array(column) for name, column in columns}))
        found = self._read(
            f"""
            WITH found AS (SELECT * FROM ({_DATES}) SEMI JOIN asked_dates USING (outlet, place, value, precision)),
            counted AS (
                SELECT
                    *,
                    count(*) OVER stamp AS pages,
                    list_sort(list_distinct(list(seen_date) OVER stamp)) AS days,
                    row_number() OVER (PARTITION BY outlet, place, value, precision ORDER BY article_id) AS number
                FROM found WINDOW stamp AS (PARTITION BY outlet, place, value, precision)
            )
            SELECT
                counted.outlet, place, value, precision, pages, days, article_id, coalesce(title, '') AS title,
                first_seen_at, date_claims
            FROM counted JOIN articles USING (article_id, version)
            WHERE number <= {MOST_BEARERS} AND articles.seen_date BETWEEN $first AND $last ORDER BY ALL
            """  # noqa: S608 (numbers and queries of this module)
        )
        known: dict[DateStamp, KnownDateStamp] = {}
        for row in found:
            stamp = DateStamp(row["outlet"], row["place"], row["value"].astimezone(UTC), row["precision"])
            before = known[stamp].bearers if stamp in known else ()
            claims = tuple(_claim(claim) for claim in row["date_claims"])
            seen_at = row["first_seen_at"].astimezone(UTC)
            bearer = StampedPage(row["article_id"], row["title"], seen_at, claims)
            known[stamp] = KnownDateStamp(row["pages"], tuple(row["days"]), (*before, bearer))
        return known

    def dated(self, outlets: Collection[str]) -> Mapping[tuple[str, str, date], int]:
        """How many articles of these outlets, by place and day seen, have a date."""
        if not outlets:
            return {}
        self.connection.register("asked_outlets", pa.table({"outlet": pa.array(sorted(outlets), pa.string())}))
        found = self._read(
            f"""
            SELECT outlet, place, day, count(*) AS pages
            FROM (
                SELECT outlet, place, article_id, min(seen_date) AS day
                FROM ({_DATES}) SEMI JOIN asked_outlets USING (outlet)
                GROUP BY ALL
            ) GROUP BY ALL
            """  # noqa: S608
        )
        return {(row["outlet"], row["place"], row["day"]): row["pages"] for row in found}

    def _read(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a query; none where tonight has no pages."""
        return read(self.connection, sql, self.window).to_pylist() if self.window else []


def _claim(kept: Mapping[str, Any]) -> DateClaim:
    value = kept["value"].astimezone(UTC) if kept["value"] else None
    return DateClaim(where=kept["where"], words=kept["words"], value=value, precision=kept["precision"])
