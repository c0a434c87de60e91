"""Make `lake.tar.xz` beside this file: an older version's lake of two nights, with the pages that they read.

Run it from a checkout of the version that is to be the older one, as `python tests/golden/older_lake/make_lake.py`.
Outlets, places and people are invented. What the nights hold: a report that is corrected (two versions), its copy in
another paper, a third paper's own report of the same event, a page on the web that moves to another address (an
alias), a line that one outlet has on all its pages (cuts), and pages that are no articles (rejects).
"""

from __future__ import annotations

import os
import shutil
import tarfile
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).parent
NIGHTS = (datetime(2026, 3, 2, 2, 30, tzinfo=UTC), datetime(2026, 3, 3, 2, 30, tzinfo=UTC))
KEPT = ("catalog.sqlite", "main", "archive")

SOURCES = """\
[[source]]
id = "harbour"
outlet = "Harbour Post"
pages = "pages/harbour/*.html"

[[source]]
id = "vale"
outlet = "Vale Tribune"
pages = "pages/vale/*.html"

[[source]]
id = "lantern"
outlet = "The Lantern"
pages = "pages/lantern/*.html"
"""
WEB = """
[fetch]
allow_loopback = true
user_agent = "storyfold tests (tests@harbourpost.example)"

[[source]]
id = "mill"
outlet = "Mill Courier"
urls = ["{address}/news/7"]
"""
FOLLOW = "Follow the Harbour Post wherever you are on the coast"

FERRY = (
    "The ferry between Merrow and the islands will not sail before Thursday, the harbour office said on Sunday.",
    "A crack was found in the hull of the older of the two boats when it was lifted for its yearly inspection at the "
    "yard of Coldharbour, where the manager said that he had seen nothing like it in thirty years.",
    "Until it is mended a fishing boat carries post and medicine twice a day, and no passengers at all. The islands "
    "have 412 inhabitants, of whom some forty work on the mainland and now sleep in the sports hall of Merrow.",
    "The mayor of the largest island, Ada Marsh, asked the county for a second boat. The county answered that it has "
    "none that could carry a lorry, and that a boat from the south would take nine days to arrive.",
    "Tickets that were bought for this week are paid back at the office on the quay, which stays open until eight.",
)
CORRECTED = FERRY[3].replace("Ada Marsh, asked the county", "Ada Marsh, asked the ministry and the county")
OWN_FERRY = (
    "Nobody sails from Merrow to the islands this week: the older ferry has a crack in its hull, and the younger one "
    "waits for a crew in the south.",
    "Islanders who work on the mainland sleep in the sports hall of Merrow. It is warm, said Bo Lind, who repairs "
    "nets, but forty people snore louder than any engine that he has ever stood beside.",
    "The harbour office hopes that the ferry sails again on Thursday. Ada Marsh, mayor of the largest island, does "
    "not believe it and has asked for another boat, since last year's repair of the hull took a whole month.",
)
BRIDGE = (
    "The council of Harrowmouth voted on Saturday evening to close the old bridge to lorries from the first of April.",
    "Engineers had measured that its middle arch sinks by a hand's width whenever two lorries meet upon it. They had "
    "asked for the same in each of the last four years, and the council had asked for another opinion each time.",
    "Farmers on the far bank asked for a ford to be laid before the harvest, which the mayor promised to look into.",
)
CHOIR = (
    "The choir of the valley has won the singers' contest in the capital with a song about a lost umbrella.",
    "Its conductor, a retired postman, wrote the song himself on the way there because the train was late. He said "
    "that he had two hours in a waiting room without a window, and that a longer wait would have made an opera.",
    "The judges praised the tenors; the umbrella has since been found at the station of Nether Wallop.",
)
SCHOOL = (
    "The school at Merrow opened on Monday with nine children, two fewer than the county demands for a school.",
    "Parents had collected signatures all winter, and the county council gave the village one more year. A twin pair "
    "comes of age for school in summer, which would make eleven, if their parents do not move to the capital.",
    "The teacher said that nine children make enough noise for thirty and learn enough for a whole county.",
)
DAM = (
    "The dam above Hallin will be raised by two metres, the water board decided by one vote on Saturday.",
    "Three farms below the lake must be given up for it, and their owners have a month in which to object. One of "
    "them, Cy Orr, said that his family had kept sheep there since before there was any water board at all.",
    "The board says that the valley would otherwise be without water in every third summer from now on.",
)
ORCHARD = (
    "The orchard behind the mill has been sold to its neighbours, who mean to keep the trees and the goats.",
    "A builder from the capital had offered twice the price but wanted to put eleven holiday houses there, each with "
    "a view of the weir, which the goats have had for themselves since the miller gave up in the year of the flood.",
    "The widow who sold it said that she had picked apples there for sixty years and would go on doing so.",
)


def make_page(title: str, published: str, lines: tuple[str, ...], head: str = "") -> str:
    """Make one page that says of which instant it is; `head` is what else stands in its head."""
    text = "".join(f"<p>{line}</p>\n" for line in lines)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}\n'
        f'<meta property="article:published_time" content="{published}">\n'
        f"</head><body><article><h1>{title}</h1>\n{text}</article></body></html>\n"
    )


def write_page(file: Path, address: str, title: str, published: str, lines: tuple[str, ...], byline: str = "") -> None:
    """Write one page that names its address and, where there is one, its writer."""
    file.parent.mkdir(parents=True, exist_ok=True)
    author = f'<meta name="author" content="{byline}">' if byline else ""
    page = make_page(title, published, lines, f'{author}<link rel="canonical" href="{address}">')
    file.write_text(page, encoding="utf-8")


class MovingSite(BaseHTTPRequestHandler):
    """Serve one report, at its first address or, when it has `moved`, at another to which the first one leads."""

    moved = False

    def do_GET(self) -> None:
        """Answer with the report, a redirect to it, or 404."""
        place = "/2026/orchard-sold" if self.moved else "/news/7"
        page = make_page("Orchard sold to neighbours", "2026-03-01T07:00:00Z", ORCHARD).encode()
        if self.path == place:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)
        elif self.path == "/news/7":
            self.send_response(301)
            self.send_header("Location", place)
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self.send_error(404)


@contextmanager
def serve_site() -> Iterator[str]:
    """Serve the site that moves while the block runs; give its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), MovingSite) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def write_pages(folder: Path, night: int) -> None:
    """Write the pages as they are on the first (0) or the second night (1)."""
    harbour, vale, lantern = (folder / name for name in ("harbour", "vale", "lantern"))
    post, tribune, light = (f"https://{name}.example/2026/03/" for name in ("harbourpost", "valetribune", "lantern"))
    ferry = FERRY if night == 0 else (*FERRY[:3], CORRECTED, *FERRY[4:])
    ada = "Ida Quill"
    write_page(harbour / "ferry.html", post + "01/ferry", "Ferry stays in harbour until Thursday",
               "2026-03-01T08:00:00Z", (*ferry, FOLLOW), ada)  # fmt: skip
    write_page(harbour / "bridge.html", post + "01/bridge", "Old bridge closed to lorries",
               "2026-03-01T10:00:00Z", (*BRIDGE, FOLLOW), ada)  # fmt: skip
    write_page(harbour / "choir.html", post + "01/choir", "Valley choir wins in the capital",
               "2026-03-01T11:00:00Z", (*CHOIR, FOLLOW))  # fmt: skip
    write_page(harbour / "school.html", post + "01/school", "School opens with nine children",
               "2026-03-01T12:00:00Z", (*SCHOOL, FOLLOW))  # fmt: skip
    write_page(vale / "ferry.html", tribune + "01/ferry-copy", "Ferry stays in harbour until Thursday",
               "2026-03-01T15:00:00Z", FERRY)  # fmt: skip
    write_page(vale / "dam.html", tribune + "01/dam", "Dam to be raised by two metres", "2026-03-01T09:00:00Z", DAM)
    write_page(lantern / "islands.html", light + "01/no-ferry", "No ferry to the islands this week",
               "2026-03-01T18:00:00Z", OWN_FERRY, "Dora Finch")  # fmt: skip
    (lantern / "empty.html").write_text("<html><body></body></html>", encoding="utf-8")
    (lantern / "short.html").write_text("<html><body><p>Coming soon.</p></body></html>", encoding="utf-8")


def main() -> None:
    """Run both nights with this checkout's program and pack what they left."""
    from flows.commands.prefect_server import configure_server, run_temporary_server

    with tempfile.TemporaryDirectory() as scratch, serve_site() as address:
        home = Path(scratch)
        (home / "sources.toml").write_text(SOURCES, encoding="utf-8")  # what later nights read: the saved pages
        (home / "making.toml").write_text(SOURCES + WEB.format(address=address), encoding="utf-8")
        os.environ.pop("PREFECT_API_URL", None)
        configure_server(home / "prefect")
        from flows.nightly import nightly

        with run_temporary_server(print):
            for number, night in enumerate(NIGHTS):
                shutil.rmtree(home / "pages", ignore_errors=True)
                write_pages(home / "pages", number)
                MovingSite.moved = number > 0
                nightly(str(home / "making.toml"), night.date(), str(home / "lake"), "local", 1, night)
        with tarfile.open(HERE / "lake.tar.xz", "w:xz", preset=9) as packed:
            for name in ("sources.toml", "pages", *(f"lake/{kept}" for kept in KEPT)):
                packed.add(home / name, name, filter=_make_anonymous)


def _make_anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime = int((NIGHTS[-1] + timedelta(hours=1)).timestamp())
    return member


if __name__ == "__main__":
    main()
