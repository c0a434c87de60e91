"""Read and weigh dates: of pages, feeds, sitemaps, addresses and texts alike.

`claims` reads one date claim; beneath it `read` (instants), `days` (full dates in a text), `clocks` (times of day)
and `zones`; the names of months are those of `text/month_names.py`. `weigh` makes one date of all claims, with
the help of `days_in_text`; `doubt` lowers it where the copies of the text show it to be false.
"""
