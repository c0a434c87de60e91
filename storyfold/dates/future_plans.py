"""Recognise sentences about plans, by words that say that what they name is not yet past."""

from __future__ import annotations

import re

PLANNED = re.compile(
    r"\b(?:will|would|plan(?:s|ned)?|expect(?:s|ed)?|scheduled|due|upcoming|"
    r"wird|werden|soll(?:en)?|geplant|voraussichtlich|sera|seront|prévue?|"
    r"será|serán|previst[oa]|sarà|saranno|zal|zullen)\b",
    re.IGNORECASE,
)
