"""A static model is loaded where it is whole, and else refused in one line that says what to do."""

from __future__ import annotations

import builtins
import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.aligned_model import save_model
from flows.commands.cli import cli
from storyfold.outcomes import WrongUse
from storyfold.text.embeddings import load_model
from storyfold.text.safetensors_file import map_tensors

WORDS = {"flood": (1.0, 0.0), "hochwasser": (1.0, 0.0), "strike": (0.0, -2.0)}


def write_tensors(file: Path, header: object, data: bytes = b"") -> None:
    written = header if isinstance(header, bytes) else json.dumps(header).encode()
    file.write_bytes(len(written).to_bytes(8, "little") + written + data)


def describe(shape: list[int], end: int, kind: str = "F32", begin: int = 0) -> dict[str, object]:
    return {"dtype": kind, "shape": shape, "data_offsets": [begin, end]}


def test_a_matrix_is_mapped_as_it_was_written(tmp_path: Path) -> None:
    header = {
        "__metadata__": {"of": "us"}, "b": describe([2, 2], 8, "F16"), "a": describe([3], 20, "F32", 8)
    }  # fmt: skip
    b, a = np.array([[1, 2], [3, 4]], "<f2"), np.array([5, 6, 7], "<f4")
    write_tensors(tmp_path / "x", header, b.tobytes() + a.tobytes())
    found = map_tensors(tmp_path / "x", "here")
    assert found["a"].tolist() == [5, 6, 7]
    assert found["b"].tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    "header",
    [
        b"{", b"[]", b"[" * 100_000, {"e": 1}, {"e": {}}, {"e": describe([2, 2], 15)},
        {"e": describe([2, 2], 16, "Q9")},
        {"e": describe([2, 2], 0, begin=-16)}, {"e": describe([-2, -2], 16)},
        {"e": describe([10**9, 10**9], 4 * 10**18)},
        {"e": describe([4, 4], 64)}, {"e": describe([0, 9], 0)}, {"e": describe([2, 2], 16) | {"shape": None}},
    ],
)  # fmt: skip
def test_a_broken_file_is_told(header: object, tmp_path: Path) -> None:
    write_tensors(tmp_path / "x", header, bytes(16))
    with pytest.raises(WrongUse, match=r"^here: x cannot be read as safetensors: "):
        map_tensors(tmp_path / "x", "here")


def test_a_file_without_a_header_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\xff" * 100)
    with pytest.raises(WrongUse, match="a header of 18,446,744,073,709,551,615 bytes"):
        map_tensors(tmp_path / "x", "here")


def test_no_model_is_loaded_where_none_is_set() -> None:
    assert load_model(None) is None


def test_commands_tell_a_missing_model_before_they_begin(tmp_path: Path) -> None:
    (tmp_path / "set.toml").write_text('[stories]\nembeddings = "nowhere"\n')
    (tmp_path / "in.jsonl").write_text('{"id": "a", "body": "One."}\n')
    arguments = ["stories", str(tmp_path / "in.jsonl"), "--out", str(tmp_path / "o"), "--settings"]
    with pytest.raises(WrongUse, match=r"nowhere'?: no tokenizer\.json there; name the folder of a static model"):
        cli.main([*arguments, str(tmp_path / "set.toml")], standalone_mode=False)
    assert not (tmp_path / "o").exists()
    (tmp_path / "sources.toml").write_text(
        '[[source]]\nid = "a"\nurls = ["http://127.0.0.1:9/"]\n[stories]\nembeddings = "nowhere"\n'
    )
    with pytest.raises(WrongUse, match=r"no tokenizer\.json there"):
        cli.main(
            ["nightly", "--sources", str(tmp_path / "sources.toml"), "--lake", str(tmp_path / "lake")],
            standalone_mode=False,
        )
    assert not (tmp_path / "lake").exists()


def test_a_missing_extra_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_model(tmp_path, WORDS)
    real = builtins.__import__

    def refuse(name: str, *given: object, **named: object) -> object:
        if name == "tokenizers":
            raise ImportError(name)
        return real(name, *given, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(WrongUse, match=r"pip install 'storyfold\[embeddings\]'"):
        load_model(str(tmp_path))


def test_a_vector_is_the_mean_of_known_words_of_title_and_lead(tmp_path: Path) -> None:
    pytest.importorskip("tokenizers", reason="the extra `embeddings` is not installed")
    save_model(tmp_path, WORDS)
    model = load_model(str(tmp_path))
    assert model is not None
    assert np.frombuffer(model.make_vector("Flood", "A strike."), np.int8).tolist() == [64, -127]
    assert model.make_vector("Flood", "") == model.make_vector(None, "Hochwasser \ud800 ist da")
    assert model.make_vector("Flood", "x" * 1_000 + " strike") == model.make_vector("Flood", "")
    assert model.make_vector("Nothing", "known") is None
    assert model.make_vector(None, "") is None


def test_weights_and_a_mapping_are_used(tmp_path: Path) -> None:
    pytest.importorskip("tokenizers", reason="the extra `embeddings` is not installed")
    save_model(tmp_path, WORDS)
    matrix, weights, mapping = np.array([[1, 0], [0, 1]], "<f4"), np.array([9, 1, 1, 2], "<f8"), [0, 0, 1, 1]
    header = {
        "embeddings": describe([2, 2], 16),
        "weights": describe([4], 48, "F64", 16),
        "mapping": describe([4], 80, "I64", 48),
    }
    data = matrix.tobytes() + weights.tobytes() + np.array(mapping, "<i8").tobytes()
    write_tensors(tmp_path / "model.safetensors", header, data)
    model = load_model(str(tmp_path))
    assert model is not None
    assert np.frombuffer(model.make_vector("flood strike", ""), np.int8).tolist() == [64, 127]
    assert np.frombuffer(model.make_vector("flood hochwasser", ""), np.int8).tolist() == [127, 127]


def test_models_with_other_bytes_have_other_names(tmp_path: Path) -> None:
    pytest.importorskip("tokenizers", reason="the extra `embeddings` is not installed")
    for folder, words in (("a", WORDS), ("b", WORDS), ("c", WORDS | {"strike": (0.0, 2.0)})):
        save_model(tmp_path / folder, words)
    a, b, c = (load_model(str(tmp_path / folder)).name for folder in "abc")
    assert a == b != c


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ({}, "has a matrix of shape"),
        ({"embeddings": describe([4], 16)}, "has a matrix of shape"),
        ({"embeddings": describe([1, 5_000], 20_000)}, "2 to 4,096 numbers"),
        ({"embeddings": describe([4, 2], 32, "I32")}, "of floats"),
        ({"embeddings": describe([3, 2], 24)}, "3 rows for the 4 pieces"),
        ({"embeddings": describe([4, 2], 32), "weights": describe([3], 12)}, "'weights' in"),
        ({"embeddings": describe([1, 2], 8), "mapping": describe([4], 16)}, "'mapping' in"),
    ],
)
def test_a_model_that_does_not_fit_is_told(header: object, told: str, tmp_path: Path) -> None:
    pytest.importorskip("tokenizers", reason="the extra `embeddings` is not installed")
    save_model(tmp_path, WORDS)
    write_tensors(tmp_path / "model.safetensors", header, bytes(20_000))
    with pytest.raises(WrongUse, match=told):
        load_model(str(tmp_path))


def test_a_broken_tokenizer_is_told(tmp_path: Path) -> None:
    pytest.importorskip("tokenizers", reason="the extra `embeddings` is not installed")
    save_model(tmp_path, WORDS)
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(WrongUse, match=r"tokenizer\.json cannot be read: "):
        load_model(str(tmp_path))
