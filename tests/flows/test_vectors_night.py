"""A night lands the vectors of its texts, made by the workers that parse them, and joins by them across languages."""

from pathlib import Path

import pytest
from stories.test_vectors_across_languages import FLOOD, STRIKE, TEXTS

from benchmarks.aligned_model import save_model
from storyfold.text.embeddings import load_model

pytest.importorskip("tokenizers", reason="the extra `embeddings` is not installed")

PAGE = """<!doctype html><html lang="{language}"><head><title>{title}</title><meta property="og:type" content="article">
<meta property="article:published_time" content="2026-03-02T09:00:00Z"></head><body><article><h1>{title}</h1>
<p>{body}</p></article></body></html>"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    for number, (language, title, body) in enumerate(TEXTS.values()):
        file = tmp_path / "pages" / f"{number}.html"
        file.parent.mkdir(exist_ok=True)
        paragraphs = "</p>\n<p>".join(body.split(". "))
        file.write_text(PAGE.format(language=language, title=title, body=paragraphs), encoding="utf-8")
    save_model(tmp_path / "model", dict.fromkeys(FLOOD, (1.0, 0.1, 0.0)) | dict.fromkeys(STRIKE, (0.0, 0.1, 1.0)))
    file = tmp_path / "sources.toml"
    file.write_text('[[source]]\nid = "a"\npages = ["pages"]\n[stories]\nembeddings = "model"\n', encoding="utf-8")
    return file


def test_a_night_lands_vectors_and_joins_by_them(storyfold, ask, sources, tmp_path):
    lake = tmp_path / "lake"
    storyfold("nightly", "--sources", sources, "--night", "2026-03-04", "--lake", lake)
    name = load_model(str(tmp_path / "model")).name
    wanted = [{"vector_model": name, "size": 3, "n": 3}]
    size = "SELECT vector_model, octet_length(vector) AS size, count(*) AS n FROM text_terms GROUP BY ALL"
    assert ask(lake, size) == wanted
    assert [row["articles"] for row in ask(lake, "SELECT articles FROM current_stories ORDER BY 1")] == [1, 2]
    storyfold("check", "--lake", lake)


def test_a_night_whose_model_is_not_there_does_not_begin(storyfold, sources, tmp_path):
    (tmp_path / "model" / "model.safetensors").unlink()
    told = storyfold("nightly", "--sources", sources, "--lake", tmp_path / "lake", code=2).stderr.decode()
    assert told.count("\n") == 1
    assert "no model.safetensors there" in told
    assert not (tmp_path / "lake").exists()
