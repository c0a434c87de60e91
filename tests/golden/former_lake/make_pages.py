"""Write `pages.warc` beside this file: the pages of the former lake, each with the address that it came from."""

from __future__ import annotations

from pathlib import Path

FERRY = (
    "The ferry between Merrow and the islands will not sail before Thursday, the harbour office said on Monday.",
    "A crack was found in the hull of the older of the two boats when it was lifted for its yearly inspection.",
    "Until it is mended a fishing boat carries post and medicine twice a day, and no passengers at all.",
)
BRIDGE = (
    "The council of Harrowmouth voted on Monday evening to close the old bridge to lorries from the first of April.",
    "Engineers had measured that its middle arch sinks by a hand's width whenever two lorries meet upon it.",
    "Farmers on the far bank asked for a ford to be laid before the harvest, which the mayor promised to look into.",
)
DAM = (
    "The dam above Hallin will be raised by two metres, the water board decided by one vote on Saturday.",
    "Three farms below the lake must be given up for it, and their owners have a month in which to object.",
    "The board says that the valley would otherwise be without water in every third summer from now on.",
)
STORM = (
    "A storm tore the roof off the grain store at Coldharbour in the night to Saturday and flooded the lower road.",
    "Nobody was hurt, said the fire brigade, whose own garage stood under water for most of the morning.",
    "The road is to be open again on Tuesday, once the drains have been cleared of straw and of a whole henhouse.",
)
ORCHARD = (
    "The orchard behind the mill has been sold to its neighbours, who mean to keep the trees and the goats.",
    "A builder from the capital had offered twice the price but wanted to put eleven holiday houses there.",
    "The widow who sold it said that she had picked apples there for sixty years and would go on doing so.",
)
CHOIR = (
    "The choir of the valley has won the singers' contest in the capital with a song about a lost umbrella.",
    "Its conductor, a retired postman, wrote the song himself on the way there because the train was late.",
    "The judges praised the tenors; the umbrella has since been found at the station of Nether Wallop.",
)
SCHOOL = (
    "The school at Merrow opened on Monday with nine children, two fewer than the county demands for a school.",
    "Parents had collected signatures all winter, and the county council gave the village one more year.",
    "The teacher said that nine children make enough noise for thirty and learn enough for a whole county.",
)

PAGES = (  # address, seen at, title, head, text
    ("https://edition.harbourpost.example/2026/03/02/ferry.html", "2026-03-02T06:00:00Z", "Ferry stays in harbour",
     '<link rel="canonical" href="https://www.harbourpost.example/2026/03/02/ferry.html">', FERRY),
    ("https://edition.harbourpost.example/2026/03/02/bridge.html", "2026-03-02T06:01:00Z", "Old bridge closed",
     '<link rel="canonical" href="https://www.harbourpost.example/2026/03/02/bridge.html">', BRIDGE),
    ("https://www.harbourpost.example/2026/03/02/bridge.html", "2026-03-02T07:00:00Z", "Old bridge closed",
     '<link rel="canonical" href="https://www.harbourpost.example/2026/03/02/bridge.html">', BRIDGE),
    ("https://valetribune.example/news/3/index.html", "2026-03-02T06:02:00Z", "Dam to be raised",
     '<base href="https://valetribune.example/"><link rel="canonical" href="news/hallin-dam.html">', DAM),
    ("https://web.archive.org/web/20260301120000/https://coastnews.example/2026/02/28/storm", "2026-03-02T06:03:00Z",
     "Storm takes a roof", '<link rel="canonical" '
     'href="https://web.archive.org/web/20260301120000/https://coastnews.example/2026/02/28/storm">', STORM),
    ("https://web.archive.org/web/20260301180000/https://coastnews.example/2026/02/28/storm", "2026-03-02T06:04:00Z",
     "Storm takes a roof", '<link rel="canonical" '
     'href="https://web.archive.org/web/20260301180000/https://coastnews.example/2026/02/28/storm">', STORM),
    ("https://lantern.example/2026/03/01/orchard", "2026-03-02T06:05:00Z", "Orchard sold to neighbours",
     '<link rel="canonical" href="https://lantern.example/2026/03/01/orchard">', ORCHARD),
    ("https://lantern.example/2026/03/01/choir", "2026-03-02T06:06:00Z", "Choir wins in the capital", "", CHOIR),
    ("https://attic.example/saved/7.html", "2026-03-02T06:07:00Z", "School opens with nine",
     '<base href="https://gazette.example/"><link rel="canonical" href="2026/03/02/school.html">', SCHOOL),
)  # fmt: skip


def record(address: str, seen: str, title: str, head: str, text: tuple[str, ...]) -> bytes:
    """One response record, as a crawler writes it."""
    body = "".join(f"<p>{paragraph}</p>\n" for paragraph in text)
    page = (
        f"<!doctype html>\n<html lang=en><head><title>{title}</title>{head}</head>\n"
        f"<body><article><h1>{title}</h1>\n{body}</article></body></html>\n"
    )
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
    header = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\nWARC-Date: {seen}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return header.encode() + answer + b"\r\n\r\n"


if __name__ == "__main__":
    Path(__file__).with_name("pages.warc").write_bytes(b"".join(record(*page) for page in PAGES))
