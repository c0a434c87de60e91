"""Make a toy model of words in many languages, of the translated demo texts: no measure of a real one.

    python -m benchmarks.aligned_model FOLDER [--all | --blind]

A word's vector says in the texts of which events, in whatever language, it stands, less what words have on average. It
is made of every other event alone, so that `benchmarks.story_languages --embeddings FOLDER --held-out` scores it on the
rest, where it knows few words but common ones: worse than any real model. With --all it is made of them all, and knows
what it is asked: better than any. With --blind it has one vector for all words, and says of all texts that they are
alike: what is found then is what the crossing terms' lower threshold alone lets through. The folder is as model2vec
saves one.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.story_languages import Report, is_learned_from, read_translated

_WORD = re.compile(r"\w+")
UNKNOWN = "[UNK]"


def save_model(folder: Path, vectors: Mapping[str, Sequence[float] | npt.NDArray[np.float64]]) -> None:
    """Save the vectors of words, all of one size, as a static model whose pieces are whole words in small letters."""
    folder.mkdir(parents=True, exist_ok=True)
    size = len(next(iter(vectors.values())))
    matrix = np.array([[0.0] * size, *vectors.values()], "<f4")
    vocabulary = {word: number for number, word in enumerate([UNKNOWN, *vectors])}
    tokenizer = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": None,
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": UNKNOWN},
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    entry = {"dtype": "F32", "shape": list(matrix.shape), "data_offsets": [0, matrix.nbytes]}
    header = json.dumps({"embeddings": entry}).encode()
    (folder / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + matrix.tobytes())


def learn_vectors(reports: Sequence[Report]) -> dict[str, npt.NDArray[np.float64]]:
    """Return a vector for each word of these texts: how often it is in those of which event, less the average."""
    names = sorted({report.event for report in reports})
    column = {name: number for number, name in enumerate(names)}
    counted: dict[str, npt.NDArray[np.float64]] = {}
    for report in reports:
        for word, times in Counter(_WORD.findall(f"{report.title} {report.body}".lower())).items():
            vector = counted.setdefault(word, np.zeros(len(names)))
            vector[column[report.event]] += np.sqrt(times)
    shares = {word: vector / vector.sum() for word, vector in sorted(counted.items())}
    return {word: share - 1 / len(names) for word, share in shares.items()}


def main() -> None:
    """Make the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true", help="learn from the texts that it is scored on, too")
    parser.add_argument("--blind", action="store_true", help="give all words one vector")
    options = parser.parse_args()
    reports = read_translated()
    events = {report.event for report in reports}
    vectors = learn_vectors([r for r in reports if options.all or options.blind or is_learned_from(r, events)])
    save_model(options.folder, dict.fromkeys(vectors, (1.0, 1.0)) if options.blind else vectors)


if __name__ == "__main__":
    main()
