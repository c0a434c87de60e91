"""Judge by the lake's texts and the new ones what is boilerplate of the texts that are compared."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from storyfold.copies.documents import Documents
from storyfold.copies.queries import KnownTextsInLake
from storyfold.kernels.arrays import Flags
from storyfold.settings.copies import CopySettings

_FIRST_DAY = date(1970, 1, 1)


class RepeatedInLake:
    """Say what is boilerplate of these documents, by all texts of their outlets within the window."""

    def __init__(self, documents: Documents, known: KnownTextsInLake, settings: CopySettings) -> None:
        self._known, self._settings = known, settings
        outlets = np.repeat(documents.outlets, np.diff(documents.starts))
        rows = np.flatnonzero(outlets >= 0)
        self._size = len(documents.hashes)
        self._keys = pa.table({
            "outlet": documents.outlet_names.take(pa.array(outlets[rows])),
            "hash": documents.hashes[rows],
            "row": rows,
        })  # fmt: skip

    def find(self, day: int) -> Flags:
        """Return for each hash of each sketch whether it is boilerplate on a day since 1970."""
        flags = np.zeros(self._size, np.bool_)
        if len(self._keys):
            found = self._known.find_boilerplate(self._keys, _FIRST_DAY + timedelta(days=day), self._settings)
            rows = self._keys.join(found, ["outlet", "hash"], join_type="inner")
            flags[rows["row"].to_numpy()] = True
        return flags
