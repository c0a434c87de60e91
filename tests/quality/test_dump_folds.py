"""No site may be in two folds of the model that reads dumps, or its figures out of fold are none."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from benchmarks.parse_plaintext import MODELS, RENDERERS, list_renderers, read_fold_model, read_set
from benchmarks.sites import FOLDS, get_fold, get_site
from storyfold.parse.plaintext.line_model import load_line_model

PARAGRAPHS = [
    "The council of Fenwick voted on Monday for a new bridge over the river, after ten years of talks about its cost.",
    "Mayor Anna Holt said that the bridge would open in May and that the old one would then be closed to cars.",
    "Two members of the council voted against it, because the bridge costs more than the town has saved so far.",
]


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.fenwick-post.example/a", "fenwick-post.example"),
        ("https://m.fenwick-post.example/b?c=d", "fenwick-post.example"),
        ("http://news.kettleby.co.uk/", "kettleby.co.uk"),
    ],
)
def test_all_pages_of_a_site_are_in_one_fold(url, site):
    assert get_site(url) == site
    assert get_fold(url) == get_fold(f"https://{site}/another")


def test_each_fold_has_its_model_and_they_differ():
    models = [(MODELS / f"dump_fold_{fold}.npz").read_bytes() for fold in range(FOLDS)]
    assert len(set(models)) == FOLDS
    for fold in range(FOLDS):
        assert not np.array_equal(read_fold_model(fold).linear, load_line_model().linear)
        assert not np.array_equal(read_fold_model(fold).title, load_line_model().title)


def test_pages_set_apart_are_read_by_the_model_of_their_fold(tmp_path, monkeypatch):
    html = "".join(["<h1>Bridge for Fenwick</h1>", *(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)])
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "a.html.gz").write_bytes(gzip.compress(html.encode()))
    asked = []
    monkeypatch.setattr(
        "benchmarks.parse_plaintext.read_fold_model", lambda fold: asked.append(fold) or read_fold_model(fold)
    )
    url = "https://www.fenwick-post.example/bridge"
    rows, _ = read_set(tmp_path, "lexbor-bullets", [{"path": "html/a.html.gz", "url": url}])
    assert asked == [get_fold(url)]
    assert rows["a.html.gz"]["title"] == "Bridge for Fenwick"
    assert rows["a.html.gz"]["body"] == "\n\n".join(PARAGRAPHS)


def test_the_gate_renders_without_further_packages():
    assert set(list_renderers()) <= set(RENDERERS)
    assert "lexbor-bullets" in list_renderers()
