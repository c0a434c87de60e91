"""How the line that names a writer begins, on a page of which only lines are left."""

from __future__ import annotations

import re

from storyfold.credits.byline_words import PREFIXES

BYLINE = re.compile(rf"^(?:{'|'.join(map(re.escape, PREFIXES))}|von|di|av|af)\s*:?\s+(?=\S)", re.IGNORECASE)
BARE_BY = re.compile(rf"^(?:{'|'.join(map(re.escape, PREFIXES))}|von|di|av|af)\s*:?$", re.IGNORECASE)
