"""Find families with another library, in a Python that has it: see `benchmarks.copy_peers`, which starts this.

    PYTHON -m benchmarks.peer_families PEER SETTING DOCUMENTS.jsonl OUT.json

Each library is used as its documentation has it for near-duplicates: word 3-grams, MinHash of 128 permutations,
locality-sensitive hashing, candidates held against the estimated similarity where it offers one, and the pairs that
are left joined into families. Each gets the quickest interface that it has for many documents at once, and words split
at white space, the quickest way that Python has. Timed is all from the texts in memory to a family for each.

- rensa: `RMinHash.from_token_sets`, `RMinHashLSH.insert_many` and `query_all`, then `jaccard`. Its quicker rho sketches
  sample positions of a text; it offers only flags for them, no pairs; families by their bands score an F1 below .04.
- datasketch: `MinHash.bulk` with xxhash, `MinHashLSH.insertion_session`, `query`, then `jaccard`.
- datatrove: its steps `MinhashDedupSignature`, `MinhashDedupBuckets` and `MinhashDedupCluster`, with cluster ids; a
  splitter of its base class in place of spaCy, which takes several times as long. It has no check of candidates.

Needs only those libraries, and neither Storyfold nor what it depends on.
"""

from __future__ import annotations

import json
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

PERMUTATIONS = 128
SEED = 42
# What is tried, of which that with the best F1 is taken: the least similarity of two copies, or, for datatrove, bands
# and rows in each, which have it at (1 / bands) ** (1 / rows): .60, .66 and .71.
SETTINGS: dict[str, tuple[Any, ...]] = {
    "rensa": (0.3, 0.4, 0.5),
    "datasketch": (0.3, 0.4, 0.5),
    "datatrove": ((21, 6), (18, 7), (16, 8)),
}
RENSA_BANDS = 32  # of 4: a pair with a similarity of .4 becomes a candidate in 56 % of cases, one with .5 in 87 %


class Families:
    """Join documents, by number, into families, each known by its first document."""

    def __init__(self, count: int) -> None:
        self._joined = list(range(count))

    def find(self, number: int) -> int:
        """Return the family of a document."""
        joined = self._joined
        while joined[number] != number:
            joined[number] = joined[joined[number]]
            number = joined[number]
        return number

    def join(self, one: int, other: int) -> None:
        """Make one family of the families of two documents."""
        one, other = self.find(one), self.find(other)
        self._joined[max(one, other)] = min(one, other)

    def list_all(self) -> list[int]:
        """List the family of every document."""
        return [self.find(number) for number in range(len(self._joined))]


def split_shingles(text: str) -> list[str]:
    """Split a text into its word 3-grams; one with fewer words is one shingle."""
    words = text.lower().split()
    return list(map(" ".join, zip(words, words[1:], words[2:], strict=False))) or [text]


def find_with_rensa(texts: Sequence[str], threshold: float) -> list[int]:
    """Find the family of each text."""
    from rensa import RMinHash, RMinHashLSH

    sketches = RMinHash.from_token_sets(map(split_shingles, texts), num_perm=PERMUTATIONS, seed=SEED)
    index = RMinHashLSH(threshold=threshold, num_perm=PERMUTATIONS, num_bands=RENSA_BANDS)
    index.insert_many(sketches)
    return _join_similar(sketches, index.query_all(sketches), threshold)


def find_with_datasketch(texts: Sequence[str], threshold: float) -> list[int]:
    """Find the family of each text."""
    import xxhash
    from datasketch import MinHash, MinHashLSH

    shingles = ([shingle.encode() for shingle in split_shingles(text)] for text in texts)
    sketches = MinHash.bulk(shingles, num_perm=PERMUTATIONS, hashfunc=xxhash.xxh32_intdigest)
    index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    with index.insertion_session() as session:
        for number, sketch in enumerate(sketches):
            session.insert(number, sketch, check_duplication=False)
    return _join_similar(sketches, map(index.query, sketches), threshold)


def _join_similar(sketches: Sequence[Any], candidates: Any, threshold: float) -> list[int]:
    """Join each text with those candidates before it that are as similar, by the library's own estimate."""
    families = Families(len(sketches))
    for number, others in enumerate(candidates):
        for other in others:
            if other >= number or families.find(other) == families.find(number):
                continue
            if sketches[number].jaccard(sketches[other]) >= threshold:
                families.join(number, other)
    return families.list_all()


def find_with_datatrove(texts: Sequence[str], bands: tuple[int, int]) -> list[int]:
    """Find the family of each text; its steps hand over files."""
    from datatrove.data import Document
    from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupSignature
    from datatrove.pipeline.dedup.minhash import MinhashConfig
    from datatrove.utils.word_tokenizers import WordTokenizer

    class Splitter(WordTokenizer):
        def word_tokenize(self, text: str) -> list[str]:
            return text.split()

        def sent_tokenize(self, text: str) -> list[str]:
            return [text]

        def span_tokenize(self, text: str) -> list[tuple[int, int]]:
            return [(0, len(text))]

    config = MinhashConfig(n_grams=3, num_buckets=bands[0], hashes_per_bucket=bands[1])
    documents: Iterator[Document] = (Document(text=text, id=str(number)) for number, text in enumerate(texts))
    with tempfile.TemporaryDirectory() as folder:
        signatures, buckets, out = (f"{folder}/{step}" for step in ("signatures", "buckets", "out"))
        MinhashDedupSignature(signatures, config, language=Splitter()).run(documents, 0, 1)
        for bucket in range(config.num_buckets):
            MinhashDedupBuckets(signatures, buckets, config=config).run(None, bucket, config.num_buckets)
        MinhashDedupCluster(buckets, out, config, save_cluster_id=True).run(None, 0, 1)
        clusters = Path(out) / "000000.clusters"
        joined = dict(struct.iter_unpack("<2I", clusters.read_bytes() if clusters.exists() else b""))
    return [joined.get(number, -1 - number) for number in range(len(texts))]


FINDERS: dict[str, Callable[[Sequence[str], Any], list[int]]] = {
    "rensa": find_with_rensa,
    "datasketch": find_with_datasketch,
    "datatrove": find_with_datatrove,
}


def main() -> None:
    """Find the families of a file's documents; write the seconds of processor time, and the families in their order."""
    peer, setting, documents, out = sys.argv[1:]
    with Path(documents).open(encoding="utf-8") as lines:
        texts = [json.loads(line)["body"] for line in lines]
    FINDERS[peer](texts[:20], json.loads(setting))  # what is loaded or compiled on first use
    started = time.process_time()
    families = FINDERS[peer](texts, json.loads(setting))
    seconds = time.process_time() - started
    Path(out).write_text(json.dumps({"processor_seconds": seconds, "families": families}), encoding="utf-8")


if __name__ == "__main__":
    main()
