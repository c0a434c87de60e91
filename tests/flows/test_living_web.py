"""Two nights over a real server whose pages move, change, vanish and dry up, started as a user starts them."""

from functools import partial
from http.server import SimpleHTTPRequestHandler

import pytest
from tests_support import serve_folder

pytestmark = pytest.mark.slow  # starts several Prefect servers or nights: `make test-slow`

TOLD = (
    "The {} of Merrow was told of the plan on Monday evening, and the council has asked for a second opinion before "
    "it votes. Those who live beside the {} have written to the paper, which prints their letters on its last page."
)


class _Web(SimpleHTTPRequestHandler):
    def __init__(self, *arguments, moved, **options):
        self.moved = moved
        super().__init__(*arguments, **options)

    def do_GET(self):
        if self.path not in self.moved:
            super().do_GET()
            return
        self.send_response(301)
        self.send_header("Location", self.moved[self.path])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def write_page(folder, name, word, author="Ada Marsh", day="2026-03-02"):
    text = TOLD.format(word, word)
    (folder / f"{name}.html").write_text(
        f"<html><head><title>The {word} and the plan for it</title><meta name='author' content='{author}'>"
        f"<meta property='article:published_time' content='{day}T09:00:00Z'></head><body><article>"
        f"<h1>The {word} and the plan for it</h1><p>{text}</p><p>It was the {word} again, said the mayor. {text}</p>"
        "</article></body></html>"
    )


def write_feed(folder, address, names):
    items = "".join(f"<item><title>On {n}</title><link>{address}/{n}.html</link></item>" for n in names)
    (folder / "feed.xml").write_text(f"<rss version='2.0'><channel><title>Times</title>{items}</channel></rss>")


def test_what_changes_on_the_web_is_told(storyfold, ask, write_sources, tmp_path):
    web, moved, lake = tmp_path / "web", {}, tmp_path / "lake"
    web.mkdir()
    for name in ("ferry", "dam", "port", "mill", "choir"):
        write_page(web, name, name)
    with serve_folder(web, partial(_Web, moved=moved)) as address:
        write_feed(web, address, ["mill", "choir"])
        pages = ", ".join(f'"{address}/{name}.html"' for name in ("ferry", "dam", "port"))
        sources = write_sources(
            f"""
            [fetch]
            allow_loopback = true
            delay_seconds = 0
            [[source]]
            id = "times"
            outlet = "Example Times"
            feeds = "{address}/feed.xml"
            [[source]]
            id = "vale"
            urls = [{pages}]
            """
        )
        night = partial(storyfold, "nightly", "--sources", sources, "--lake", lake)
        assert "5 new articles, 0 changed, 0 moved, 0 gone;" in night("--night", "2026-03-09").stdout.decode()
        write_feed(web, address, [])
        write_page(web, "ferry", "ferry", author="Bo Lind", day="2026-03-08")
        (web / "dam.html").rename(web / "new-dam.html")
        moved["/dam.html"] = "/new-dam.html"
        (web / "port.html").unlink()
        told = night("--night", "2026-03-10").stdout.decode()
    assert "0 new articles, 0 changed, 1 moved, 1 gone;" in told
    assert "Warning: Example Times: nothing found tonight; 2 articles a night before" in told
    changes = ask(lake, "SELECT what, before, after FROM article_changes WHERE what NOT LIKE '%url' ORDER BY what")
    assert changes == [
        {"what": "authors", "before": "Ada Marsh", "after": "Bo Lind"},
        {"what": "published_at", "before": "2026-03-02T09:00:00+00:00", "after": "2026-03-08T09:00:00+00:00"},
    ]
    assert ask(lake, "SELECT before, after FROM article_changes WHERE what = 'url'") == [
        {"before": f"{address}/dam.html", "after": f"{address}/new-dam.html"}
    ]
    assert ask(lake, "SELECT count(*) AS n, count(DISTINCT article_id) AS ids FROM articles") == [{"n": 5, "ids": 5}]
    gone = ask(lake, "SELECT url, gone_at > last_seen_at AS after FROM current_articles WHERE gone_at IS NOT NULL")
    assert gone == [{"url": f"{address}/port.html", "after": True}]
    given = ask(lake, "SELECT night, source_id, asked, items, new, kept, rejected FROM source_health ORDER BY ALL")
    assert [tuple(row.values()) for row in given] == [
        ("2026-03-09", "times", 3, 2, 2, 2, 0),
        ("2026-03-09", "vale", 3, 3, 3, 3, 0),
        ("2026-03-10", "times", 1, 0, 0, 0, 0),
        ("2026-03-10", "vale", 3, 3, 0, 2, 1),
    ]
