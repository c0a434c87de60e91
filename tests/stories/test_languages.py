"""Three events in each of seventeen languages, each told twice or more in other words: they are three stories.

These are smoke: that a language is read, weighed and grouped at all. They say nothing of quality there, for which a
hundred labelled stories a language would be needed, and there are such only in English.
"""

from __future__ import annotations

import json
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from stories.stories_support import Memory

from flows.commands.cli import cli
from storyfold.copies.articles_in_file import group_articles
from storyfold.output.article_rows import read_articles
from storyfold.settings.copies import CopySettings
from storyfold.text.characters import list_variants
from storyfold.text.languages import detect_language

FOLDER = Path(__file__).parents[1] / "golden" / "languages"
LANGUAGES = "en de fr es pt it nl ru uk pl tr ar fa hi zh ja ko".split()


def list_reports(language: str) -> list[dict[str, str]]:
    """The reports of one language as rows of articles, all of one day; their ids begin with their event."""
    reports = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))["report"]
    return [
        {
            "id": f"{report['story']} {number}",
            "title": report["title"],
            "body": report["body"].strip(),
            "language": language,
            "published_at": "2026-03-02",
            "date_confidence": "high",
            "first_seen_at": "2026-03-02T20:00:00Z",
        }
        for number, report in enumerate(reports)
    ]


def write_rows(rows: list[dict[str, str]], folder: Path) -> Path:
    file = folder / "articles.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


def group_by_event(rows: list[dict[str, str]]) -> set[frozenset[str]]:
    events = defaultdict(set)
    for row in rows:
        events[row["id"].split()[0]].add(row["id"])
    assert len(events) == 3
    assert all(len(names) >= 2 for names in events.values())
    return {frozenset(names) for names in events.values()}


def test_there_is_a_file_of_each_language() -> None:
    assert sorted(LANGUAGES) == sorted(file.stem for file in FOLDER.glob("*.toml"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_of_three_events_is_three_stories(language: str, tmp_path: Path) -> None:
    rows = list_reports(language)
    file, out = write_rows(rows, tmp_path), tmp_path / "stories.jsonl"
    cli.main(["stories", str(file), "--out", str(out)], standalone_mode=False)
    grouped = defaultdict(set)
    for line in out.read_text(encoding="utf-8").splitlines():
        found = json.loads(line)
        grouped[found["story_id"]].add(found["id"])
    assert {frozenset(names) for names in grouped.values()} == group_by_event(rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_night_of_three_events_is_three_stories(language: str, tmp_path: Path) -> None:
    rows = list_reports(language)
    articles = list(read_articles(write_rows(rows, tmp_path)))
    lake = Memory()
    lake.night(articles[::-1])
    assert lake.groups() == group_by_event(rows)
    assert all(story.keywords for story in lake.read_stories())


def write_traditionally(text: str) -> str:
    """Write a Chinese text in traditional characters: of several the first."""
    traditional: dict[str, str] = {}
    for one, other in list_variants(0x4E00, 0x9FFF).items():
        traditional.setdefault(other, one)
    return "".join(traditional.get(character, character) for character in text)


def test_chinese_in_traditional_and_in_simplified_characters_is_one_language(tmp_path: Path) -> None:
    rows = list_reports("zh")
    turned = [
        row | {"title": write_traditionally(row["title"]), "body": write_traditionally(row["body"])} for row in rows
    ]
    assert all(sum(a != b for a, b in zip(one["body"], other["body"], strict=True)) > 20
               for one, other in zip(rows, turned, strict=True))  # fmt: skip
    assert {detect_language(row["body"]) for row in turned} == {"zh"}
    mixed = [(rows, turned)[number % 2][number] for number in range(len(rows))]
    lake = Memory()
    lake.night(list(read_articles(write_rows(mixed, tmp_path))))
    assert lake.groups() == group_by_event(rows)
    both = [row | {"id": f"{row['id']} {n}"} for n, made in enumerate((rows, turned)) for row in made]
    found = dict(group_articles(list(read_articles(write_rows(both, tmp_path))), CopySettings()).name_families())
    assert all(found[f"{row['id']} 0"] == found[f"{row['id']} 1"] for row in rows)
    assert len(set(found.values())) == len(rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_report_is_known_to_be_in_its_language(language: str) -> None:
    assert {detect_language(row["body"]) for row in list_reports(language)} == {language}
