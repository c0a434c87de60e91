"""The lines about a whole lake, where there is nothing to tell and where a page's text is hostile."""

from dataclasses import replace

from storyfold.lake.lake import Lake
from storyfold.report import list_view_statements
from storyfold.report.lake_terminal import render_lake_lines
from storyfold.schemas import Article
from storyfold.schemas.columns import make_arrow_table


def test_an_empty_lake_has_lines_too(tmp_path):
    lake = Lake(tmp_path / "lake")
    lake.create(list_view_statements())
    with lake.connect() as connection:
        lines = render_lake_lines(connection)
    assert "Nothing was rejected." in lines
    assert "0 articles (0 of them with somebody else's text) tell 0 stories. Most widely told:" in lines


def test_a_page_cannot_write_on_the_terminal(tmp_path, now):
    lake = Lake(tmp_path / "lake")
    lake.create(list_view_statements())
    hostile = "Bell\x07 and\x1b[31m colour\u202e and a\nline " + "x" * 500
    article = Article(
        article_id="a",
        seen_date=now.date(),
        source_id="s",
        location="l",
        title=hostile,
        outlet=hostile,
        date_confidence="none",
        date_reason=hostile,
        body="",
        first_seen_at=now,
        content_sha256="c",
        warc_file="w",
        warc_offset=0,
        text_sha256="t",
    )
    with lake.connect(read_only=False) as connection:
        rows = make_arrow_table([replace(article, article_id=str(n)) for n in range(3)], Article)
        connection.register("rows", rows)
        connection.execute("INSERT INTO articles BY NAME SELECT * FROM rows")
        lines = render_lake_lines(connection)
    assert any("Bell\\u0007 and\\u001b[31m" in line for line in lines)
    assert all(line.isprintable() and len(line) <= 120 for line in lines)
