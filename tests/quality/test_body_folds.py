"""No site may be in two folds of the body model, or its figures out of fold are none."""

from __future__ import annotations

import pytest

from benchmarks.body_pages import FOLDS, MODELS, get_fold, get_site, label_blocks
from storyfold.kernels.trees import read_model


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.courier.com/a", "courier"),
        ("https://m.news.courier.co.uk/b", "courier"),
        ("http://courier.de/", "courier"),
        ("https://kettleby.gov.br/x", "kettleby"),
    ],
)
def test_one_site_under_many_addresses_is_one(url, site):
    assert get_site({"url": url}) == site
    assert get_fold(site) == get_fold(get_site({"url": "https://" + site + ".org"}))


def test_each_fold_has_its_model_and_they_differ():
    models = [(MODELS / f"body_fold_{fold}.npz").read_bytes() for fold in range(FOLDS)]
    assert len(set(models)) == FOLDS
    assert {get_fold(f"site{n}") for n in range(100)} == set(range(FOLDS))
    assert len(read_model(MODELS / "body_fold_0.npz").first.roots) > 0


def test_labels_are_the_choice_that_scores_best():
    gold = "The ferry runs until March. Two engines failed in December, and the repair is dear.\n\nThe council voted."
    first, second = gold.split("\n\n", maxsplit=1)[0].split(". ", 1)
    texts = ["Home News Sport", f"{first}.", "Read more", second, "The council voted.", f"{first}."]
    labels, gains = label_blocks(texts, gold)
    assert labels.tolist() == [False, True, False, True, True, False]
    assert gains[3] > gains[1] > 0
