"""Two reports in two languages that share too little to be one story are one where a model of words says so, too.

The model is ours and tiny: words of an event and their translations have one vector. What makes vectors of texts with
it is the library that real models are read by.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from stories.stories_support import Memory
from stories.test_languages import write_rows

from benchmarks.aligned_model import save_model
from flows.commands.cli import cli
from storyfold.output.article_rows import read_articles
from storyfold.schemas import Article
from storyfold.settings.stories import StorySettings
from storyfold.stories.articles_in_file import name_stories
from storyfold.stories.text_vectors import TextVectors

pytest.importorskip("tokenizers", reason="the extra `embeddings` is not installed")

FLOOD = "flood river water bridge rain hochwasser fluss wasser brücke regen".split()
STRIKE = "strike wages union workers pay streik löhne gewerkschaft arbeiter lohn".split()
TEXTS = {
    "flood en": (
        "en",
        "Flood cuts off the old town after a night of rain",
        "The river rose by the hour and took the bridge at Belmora with it, said Harriet Quenby of the council. The "
        "rain that had fallen over the hills since the weekend was more than anybody there could remember, and the "
        "water stood in the streets by the morning. Tobias Wexcombe, who keeps the shop by the bridge, carried what "
        "he could to the floor above. The flood will be there for some days, said Philippa Dunmarrow, an engineer.",
    ),
    "flood de": (
        "de",
        "Hochwasser nach Regen: der Fluss ist über die Ufer getreten",
        "Nach dem Regen der letzten Tage ist das Wasser in Belmora so hoch gestiegen, dass die Brücke nicht mehr zu "
        "halten war. Das sagte Jochen Sperlich von der Feuerwehr, die seit dem Morgen mit Booten durch die Straßen "
        "fährt. Annegret Fuhlrott hat das Hochwasser vom Dach ihres Hauses aus gesehen. Der Fluss wird nach dem, was "
        "Ottokar Brinkmeyer sagt, erst in einigen Tagen wieder fallen, wenn kein Regen mehr kommt.",
    ),
    "strike de": (
        "de",
        "Streik der Arbeiter für höhere Löhne geht in die zweite Woche",
        "Die Gewerkschaft hat die Arbeiter in Belmora aufgerufen, den Streik fortzusetzen, bis der Lohn steigt. Das "
        "sagte Wiltrud Hasenkamp, die für die Gewerkschaft mit dem Werk verhandelt. Gernot Lüdecke, der das Werk "
        "leitet, will über Löhne erst reden, wenn der Streik vorbei ist. Die Arbeiter stehen nach dem, was Ortrun "
        "Vosskuhl von ihnen gehört hat, weiter vor dem Tor und wollen nicht gehen, bis es mehr Lohn gibt.",
    ),
}


@pytest.fixture
def model(tmp_path: Path) -> str:
    save_model(tmp_path / "model", dict.fromkeys(FLOOD, (1.0, 0.1, 0.0)) | dict.fromkeys(STRIKE, (0.0, 0.1, 1.0)))
    return str(tmp_path / "model")


@pytest.fixture
def articles(tmp_path: Path) -> list[Article]:
    return list(read_articles(write_rows(list_rows(), tmp_path)))


def list_rows() -> list[dict[str, str]]:
    return [
        {
            "id": name,
            "title": title,
            "body": body,
            "language": language,
            "published_at": "2026-03-02",
            "date_confidence": "high",
            "first_seen_at": "2026-03-02T20:00:00Z",
        }
        for name, (language, title, body) in TEXTS.items()
    ]


ALONE = {frozenset([name]) for name in TEXTS}
JOINED = {frozenset(["flood en", "flood de"]), frozenset(["strike de"])}


def group_file(articles: list[Article], settings: StorySettings) -> set[frozenset[str]]:
    named = name_stories(articles, (), settings)
    return {frozenset(a for a in named if named[a] == story) for story in named.values()}


def test_vectors_join_what_shares_a_name_alone_and_not_what_differs(articles: list[Article], model: str) -> None:
    assert group_file(articles, StorySettings()) == ALONE
    assert group_file(articles, StorySettings(embeddings=model)) == JOINED


def test_vectors_alone_join_nothing(articles: list[Article], model: str) -> None:
    elsewhere = [
        replace(a, body=a.body.replace("Belmora", "Karthun")) if a.article_id == "flood en" else a for a in articles
    ]
    assert group_file(elsewhere, StorySettings(embeddings=model)) == ALONE


def test_nights_in_any_order_have_the_stories_and_links_of_the_file(articles: list[Article], model: str) -> None:
    links = set()
    for order in permutations(articles):
        lake = Memory(StorySettings(embeddings=model))
        for article in order:
            lake.night([article])
        assert lake.groups() == JOINED
        links.add(tuple(sorted(lake.ask("SELECT article_id, of_article_id, similarity, across FROM story_links"))))
    assert len(links) == 1


def test_a_lake_whose_setting_changes_goes_on_and_compares_vectors_of_one_model_only(
    articles: list[Article], model: str, tmp_path: Path
) -> None:
    save_model(tmp_path / "other", dict.fromkeys([*FLOOD, *STRIKE], (1.0, 0.1, 0.0)))
    for before in (None, str(tmp_path / "other")):
        lake = Memory(StorySettings(embeddings=before))
        lake.night(articles[:1])
        lake.settings = StorySettings(embeddings=model)
        lake.night(articles[1:])
        assert lake.groups() == ALONE
        lake.night([], corrected=articles[:1])  # read anew, with the model that is set now
        assert lake.groups() == JOINED
    lake.settings = StorySettings()
    lake.night([replace(articles[2], article_id="strike de 2", url="https://a.example/2")])
    assert lake.ask("SELECT count(*) FROM text_terms WHERE vector IS NOT NULL") == [(3,)]


def test_the_command_takes_the_folder_from_the_settings_file(model: str, tmp_path: Path) -> None:
    file, out, settings = write_rows(list_rows(), tmp_path), tmp_path / "stories.jsonl", tmp_path / "set.toml"
    settings.write_text('[stories]\nembeddings = "model"\n')
    cli.main(["stories", str(file), "--out", str(out), "--settings", str(settings)], standalone_mode=False)
    assert len({line.split('"story_id"')[1] for line in out.read_text().splitlines()}) == 2


def test_only_vectors_of_one_model_and_size_are_compared() -> None:
    numbers = np.array([1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0], np.int8)
    vectors = TextVectors(numbers, np.array([0, 2, 4, 6, 8, 8, 11]), np.array([0, 0, 1, 0, -1, 0]))
    one, other = np.zeros(6, np.int64), np.arange(6)
    assert vectors.are_alike(one, other, 0.9).tolist() == [True, True, False, False, False, False]
