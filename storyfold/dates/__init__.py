"""The one reader of dates: of pages, feeds, sitemaps, addresses and texts alike.

`claims` reads what a place says of a page; beneath it `read` (instants), `days` (full dates in a text), `clocks`
(times of day), `zones` and `vocabulary` (names of months).
"""
