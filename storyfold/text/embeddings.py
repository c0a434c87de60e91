"""Make one vector of a text's title and lead, by a static model of words in many languages that the user gives.

A static model is a folder as model2vec saves it: `tokenizer.json`, and a matrix with a row for each piece of a word in
`model.safetensors`. The vector of a text is the mean of its pieces' rows. The matrix is mapped into memory, not read:
worker processes share its pages, and touch only the rows of words that they meet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from storyfold.outcomes import WrongUse
from storyfold.text.safetensors_file import map_tensors

TOKENIZER, MATRIX = "tokenizer.json", "model.safetensors"
UNKNOWN = ("[UNK]", "<unk>")  # pieces that stand for what a tokenizer does not know
LEAD_CHARACTERS = 1_000  # of the body: about as many words as the lead has in `kept_terms.py`
LEAST_SIZE, MOST_SIZE = 2, 4_096  # numbers in a vector: static models have 32 to 1,024
MOST_TOKENIZER_BYTES = 256 * 1024 * 1024  # those of 500,000 pieces have 30 MB
MOST = 127  # the largest number of a vector that is kept

Floats = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """Hold a static model: `matrix` has a row for each piece, by `mapping` of its number where there is one.

    `name` is a hash of its files: only vectors of one name are compared.
    """

    name: str
    tokenizer: Any
    unknown: frozenset[int]
    matrix: Floats
    weights: Floats | None
    mapping: npt.NDArray[Any] | None

    def make_vector(self, title: str | None, body: str) -> bytes | None:
        """Return the mean vector of title and lead as signed bytes; None where no piece of them is known."""
        text = f"{(title or '')[:LEAD_CHARACTERS]}\n{body[:LEAD_CHARACTERS]}".encode("utf-8", "replace").decode()
        encoded = self.tokenizer.encode(text, add_special_tokens=False)
        pieces = np.array([piece for piece in encoded.ids if piece not in self.unknown], np.int64)
        limit = len(self.matrix) if self.mapping is None else len(self.mapping)
        pieces = pieces[pieces < limit]
        rows = pieces if self.mapping is None else self.mapping[pieces]
        if not len(rows) or rows.min() < 0 or rows.max() >= len(self.matrix):
            return None
        found = self.matrix[rows].astype(np.float64)
        if self.weights is not None:
            found *= self.weights[pieces].astype(np.float64)[:, None]
        return _round_to_bytes(found.mean(axis=0))


def _round_to_bytes(vector: npt.NDArray[np.float64]) -> bytes | None:
    most = np.abs(vector).max()
    if not np.isfinite(most) or most <= 0:
        return None
    return bytes(np.rint(vector / most * MOST).astype(np.int8).tobytes())


def load_model(folder: str | None) -> EmbeddingModel | None:
    """Load the model of a folder, once in a process; None where none is set.

    Raises WrongUse, which says what to do, where the extra is not installed or the folder holds no such model.
    """
    return None if folder is None else _load_model(folder)


@cache
def _load_model(folder: str) -> EmbeddingModel:
    where = f"[stories] embeddings = {folder!r}"
    for file in (TOKENIZER, MATRIX):
        if not Path(folder, file).is_file():
            raise WrongUse(f"{where}: no {file} there; name the folder of a static model as model2vec saves it")
    tokenizer = _load_tokenizer(Path(folder, TOKENIZER), where)
    matrix = Path(folder, MATRIX)
    tensors = map_tensors(matrix, where)
    unknown = [tokenizer.token_to_id(name) for name in UNKNOWN]
    model = EmbeddingModel(
        _hash_files(Path(folder, TOKENIZER), matrix),
        tokenizer,
        frozenset(number for number in unknown if number is not None),
        tensors.get("embeddings", np.zeros(0, np.float32)),
        tensors.get("weights"),
        tensors.get("mapping"),
    )
    _check_shapes(model, where)
    return model


def _load_tokenizer(file: Path, where: str) -> Any:
    try:
        from tokenizers import Tokenizer  # an optional extra
    except ImportError:
        raise WrongUse(f"{where}: needs an extra; run: pip install 'storyfold[embeddings]'") from None
    if file.stat().st_size > MOST_TOKENIZER_BYTES:
        raise WrongUse(f"{where}: {TOKENIZER} has more than {MOST_TOKENIZER_BYTES:,} bytes")
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # noqa: BLE001  # the library raises no narrower one
        raise WrongUse(f"{where}: {TOKENIZER} cannot be read: {error}") from None
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _check_shapes(model: EmbeddingModel, where: str) -> None:
    """Raise WrongUse where the matrices do not fit each other or the tokenizer."""
    matrix, pieces = model.matrix, model.tokenizer.get_vocab_size()
    if matrix.ndim != 2 or matrix.dtype.kind != "f" or not LEAST_SIZE <= matrix.shape[1] <= MOST_SIZE:
        wanted = f"a matrix 'embeddings' of floats, with {LEAST_SIZE} to {MOST_SIZE:,} numbers in a row"
        raise WrongUse(f"{where}: {MATRIX} has a matrix of shape {list(matrix.shape)}; wanted: {wanted}")
    of_pieces: Sequence[tuple[str, Floats | None, str]] = (
        ("weights", model.weights, "f"),
        ("mapping", model.mapping, "i"),
    )
    for name, values, kind in of_pieces:
        if values is not None and (values.ndim != 1 or values.dtype.kind != kind or len(values) < pieces):
            raise WrongUse(f"{where}: '{name}' in {MATRIX} does not fit the {pieces:,} pieces of {TOKENIZER}")
    if model.mapping is None and len(matrix) < pieces:
        raise WrongUse(f"{where}: {MATRIX} has {len(matrix):,} rows for the {pieces:,} pieces of {TOKENIZER}")


def _hash_files(*files: Path) -> str:
    """Hash the bytes of files to 16 hex digits; half a gigabyte takes about half a second."""
    whole = hashlib.sha256()
    for file in files:
        with file.open("rb") as opened:
            whole.update(hashlib.file_digest(opened, "sha256").digest())
    return whole.hexdigest()[:16]
