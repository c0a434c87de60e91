"""Days do not depend on the machine: real processes in other zones give the same answers from the same lake."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from storyfold.lake.lake import Lake
from storyfold.report import list_view_statements
from storyfold.schemas import Article, FamilyMember, Membership
from storyfold.schemas.columns import get_declared_table, make_arrow_table

ROOT = Path(__file__).parents[2]
ZONES = ("UTC", "America/New_York", "Pacific/Kiritimati")
A_DAY = (
    "SELECT published_day, count(*) AS n FROM current_articles GROUP BY published_day ORDER BY published_day NULLS LAST"
)
# What somebody asks who thinks of no zone: the session's decides.
CAST = "SELECT published_at::DATE AS day, count(*) AS n FROM current_articles GROUP BY day ORDER BY day NULLS LAST"


def landed(folder: Path, rows: list[object]) -> Lake:
    lake = Lake(folder)
    lake.create(list_view_statements())
    grouped = {
        cls: make_arrow_table([row for row in rows if type(row) is cls], cls) for cls in {type(row) for row in rows}
    }
    lake.land(grouped, lambda _: [], None)
    return lake


def command(*arguments: object, zone: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "flows.commands.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TZ": zone},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def days_lake(rows, tmp_path):
    """Half of the articles are of a Tokyo paper that came out at 05:30 on 5 March: 20:30 of the 4th in UTC."""
    tokyo = {"published_at": datetime(2026, 3, 4, 20, 30, tzinfo=UTC), "published_day": date(2026, 3, 5)}
    bare = {"published_at": datetime(2026, 3, 5, tzinfo=UTC), "published_day": date(2026, 3, 5)}
    articles = [row for row in rows if isinstance(row, Article)]
    dated = {a.article_id: replace(a, **(bare if n % 2 else tokyo)) for n, a in enumerate(articles)}
    rows = [dated[row.article_id] if isinstance(row, Article) else row for row in rows]
    return landed(tmp_path / "lake", rows)


@pytest.mark.parametrize("query", [A_DAY, CAST])
def test_articles_a_day_are_the_same_on_every_machine(days_lake, query):
    told = {zone: command("sql", "--lake", days_lake.folder, "--format", "csv", query, zone=zone) for zone in ZONES}
    assert len(set(told.values())) == 1, told
    days = [line.split(",")[0] for line in told["UTC"].splitlines()[1:]]
    assert days == (["2026-03-05"] if query is A_DAY else ["2026-03-04", "2026-03-05"])


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_times_are_printed_in_utc_on_every_machine(days_lake, form):
    query = "SELECT published_at FROM current_articles ORDER BY article_id, published_at"
    told = {command("sql", "--lake", days_lake.folder, "--format", form, query, zone=zone) for zone in ZONES}
    assert len(told) == 1, told
    assert "20:30:00" in told.pop()


def test_the_report_of_a_night_is_the_same_on_every_machine(days_lake):
    told, pages = set(), set()
    for zone in ZONES:
        lines = command("report", "--lake", days_lake.folder, zone=zone)
        told.add(lines)
        pages.add(Path(lines.splitlines()[-1].removeprefix("Report: ")).read_text(encoding="utf-8"))
    assert (len(told), len(pages)) == (1, 1)


def test_pandas_and_the_plain_command_line_have_the_same_days(days_lake, tmp_path):
    script = (
        f"from storyfold.lake.lake import Lake\nwith Lake({str(days_lake.folder)!r}).connect() as connection:\n"
        f"    print(connection.sql({CAST!r}).to_arrow_table().to_pandas().to_csv(index=False), end='')\n"
    )
    asked = [[sys.executable, "-W", "error", "-c", script]]
    if program := shutil.which("duckdb", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])):
        doc = (ROOT / "docs" / "sql.md").read_text(encoding="utf-8")
        recipe = doc.partition("```sql\n")[2].partition("```")[0].replace("data/lake", str(days_lake.folder))
        loads = subprocess.run(
            [sys.executable, "-c", doc.partition("```python\n")[2].partition("```")[0]],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        start = tmp_path / "extensions.sql"
        start.write_text(loads.stdout, encoding="utf-8")
        asked.append([program, "-init", str(start), "-csv", "-c", recipe + CAST])
    for line in asked:
        told = set()
        for zone in ZONES:
            environment = {**os.environ, "PYTHONPATH": str(ROOT), "TZ": zone}
            done = subprocess.run(line, capture_output=True, text=True, check=False, env=environment)
            assert done.returncode == 0, done.stderr
            told.add(done.stdout)
        assert len(told) == 1, told
        assert "2026-03-04" in told.pop()


def test_a_lake_of_an_earlier_release_gets_the_days_and_the_addresses(rows, tmp_path):
    named = "https://named.example/dam"
    rows = [replace(r, url=None, canonical_url=named) if getattr(r, "article_id", "") == "dam"
            and isinstance(r, Article) else r for r in rows]  # fmt: skip
    lake = landed(tmp_path / "lake", rows)
    with lake.connect(read_only=False) as connection:
        for column in ("published_day", "zone", "url_is_claim"):
            connection.execute(f"ALTER TABLE articles DROP COLUMN {column}")
    command("migrate", "--lake", lake.folder, zone="America/New_York")
    assert lake.read("SELECT DISTINCT published_day FROM articles").column(0).to_pylist() == [None]
    query = "SELECT published_at, published_day FROM current_articles WHERE published_at IS NOT NULL"
    found = lake.read(query).to_pylist()
    assert found
    assert all(row["published_day"] == row["published_at"].astimezone(UTC).date() for row in found)
    saved = lake.read("SELECT url, url_is_claim FROM current_articles WHERE url_is_claim").to_pylist()
    assert saved == [{"url": named, "url_is_claim": True}]


def between(build, rows, *members: Article) -> dict[str, object]:
    """The first report of a story of these articles alone, each with a text of its own."""
    place = next(row for row in rows if isinstance(row, FamilyMember) and row.article_id == "bridge")
    member = next(row for row in rows if isinstance(row, Membership) and row.article_id == "bridge")
    kept = [row for row in rows if get_declared_table(type(row)).name in ("runs", "stories")]
    for a in members:
        kept += [a, replace(place, article_id=a.article_id, family_id=a.article_id, original_article_id=a.article_id),
                 replace(member, article_id=a.article_id)]  # fmt: skip
    connection = build(kept)
    (found,) = connection.execute("SELECT * FROM first_reports").to_arrow_table().to_pylist()
    connection.close()
    return found


@pytest.mark.parametrize(
    ("zone", "minute", "first", "confidence"),
    [
        ("Asia/Tokyo", datetime(2026, 3, 4, 14, 30, tzinfo=UTC), "london", "high"),  # the 5th has not begun in Tokyo
        ("Asia/Tokyo", datetime(2026, 3, 4, 16, 0, tzinfo=UTC), "london", "low"),  # it has: who knows at what hour
        ("Asia/Tokyo", datetime(2026, 3, 5, 16, 0, tzinfo=UTC), "tokyo", "high"),  # it is over
        (None, datetime(2026, 3, 4, 16, 0, tzinfo=UTC), "london", "high"),
        (None, datetime(2026, 3, 5, 16, 0, tzinfo=UTC), "london", "low"),
        (None, datetime(2026, 3, 6, 0, 30, tzinfo=UTC), "tokyo", "high"),
    ],
)
def test_a_day_of_a_tokyo_paper_against_a_minute_of_a_london_one(build, rows, zone, minute, first, confidence):
    bridge = next(row for row in rows if isinstance(row, Article) and row.article_id == "bridge")
    tokyo = replace(bridge, article_id="tokyo", outlet="Tokyo Lantern", zone=zone, published_precision="day",
                    published_at=datetime(2026, 3, 5, tzinfo=UTC), published_day=date(2026, 3, 5))  # fmt: skip
    london = replace(bridge, article_id="london", outlet="London Lantern", published_at=minute,
                     published_precision="minute", published_day=minute.date())  # fmt: skip
    found = between(build, rows, tokyo, london)
    assert (found["article_id"], found["confidence"]) == (first, confidence)


def test_a_midnight_east_of_greenwich_is_no_day_earlier(build, rows):
    """Its instant is of the 4th in UTC, which must not win against a report that the 4th's evening had."""
    bridge = next(row for row in rows if isinstance(row, Article) and row.article_id == "bridge")
    tokyo = replace(bridge, article_id="tokyo", outlet="Tokyo Lantern", published_precision="day",
                    published_at=datetime(2026, 3, 4, 15, tzinfo=UTC), published_day=date(2026, 3, 5))  # fmt: skip
    other = replace(bridge, article_id="other", outlet="Vale Lantern", published_precision="day",
                    published_at=datetime(2026, 3, 4, tzinfo=UTC), published_day=date(2026, 3, 4))  # fmt: skip
    found = between(build, rows, tokyo, other)
    assert (found["article_id"], found["confidence"], found["published_day"]) == ("other", "high", date(2026, 3, 4))
