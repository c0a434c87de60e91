"""The command line: help, wrong use, exit codes, commands on files; each command stands in the docs."""

import gzip
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import click
import pytest

from flows.commands.cli import cli
from storyfold.lake.lake import Lake
from storyfold.schemas import TABLES

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "demo"
COMMANDS = sorted(cli.commands)
DOCS = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")))


def run(*arguments, code=0, cwd=None):
    done = subprocess.run(
        [sys.executable, "-m", "flows.commands.cli", *map(str, arguments)],
        capture_output=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == code, (done.returncode, done.stdout.decode(), done.stderr.decode())
    return done


def rows_of(path):
    data = path.read_bytes()
    text = gzip.decompress(data) if path.suffix == ".gz" else data
    return [json.loads(line) for line in text.decode().splitlines()]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples_and_stands_in_the_docs(name):
    command = cli.commands[name]
    context = click.Context(command, info_name=f"storyfold {name}")
    text = command.get_help(context)
    assert command.help
    assert f"storyfold {name}" in (command.epilog or "")
    assert "Examples:" in text
    assert f"storyfold {name}" in DOCS
    undocumented = [p.name for p in command.params if isinstance(p, click.Option) and not p.help and p.name != "help"]
    assert not undocumented


def test_the_engines_named_are_those_there_are():
    from flows.commands.cli import ENGINE_NAMES
    from flows.engines import ENGINES

    assert tuple(ENGINES) == ENGINE_NAMES


def test_the_installed_command_starts_from_anywhere():
    script = Path(sys.executable).with_name("storyfold")
    for arguments in (["--help"], ["nightly", "--help"], ["--version"]):
        done = subprocess.run([script, *arguments], cwd="/", capture_output=True, check=True)
        assert done.stdout


def test_file_commands_import_no_prefect():
    code = (
        "import sys; from flows.commands.cli import main\n"
        "try: main(['parse', '--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in ('prefect', 'duckdb', 'trafilatura', 'numba')))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nightly", "--sauces", "x"], "no such option --sauces; allowed: --sources, --night, --lake"),
        (["nightly"], "Missing option '--sources'"),
        (["nightly", "--sources", "none.toml"], "none.toml: no such file"),
        (
            ["nightly", "--sources", str(DEMO / "sources.toml"), "--night", "2026-13-01"],
            "--night '2026-13-01' is no date",
        ),
        (
            ["nightly", "--sources", str(DEMO / "sources.toml"), "--engine", "dusk"],
            "'dusk' is not 'local'",
        ),
        (["nightly", "--sources", str(DEMO / "sources.toml"), "--processes", "0"], "0 is not in the range"),
        (["knit"], "No such command 'knit'"),
        (["sql", "SELECT 1"], "no lake there"),
        (["sql", "--format", "yaml", "SELECT 1"], "'yaml' is not one of"),
        (["parse", "none.html", "--out", "x.jsonl"], "none.html: no such file or folder"),
        (["parse", str(DEMO), "--out", "x.jsonl", "--cuts", "x.jsonl"], "is the file of --out"),
        (["copies", "none.jsonl", "--out", "x.jsonl"], "none.jsonl: no such file"),
        (["report", "--lake", "nowhere"], "no lake there"),
    ],
    ids=lambda value: " ".join(value)[-40:] if isinstance(value, list) else "",
)
def test_wrong_use_is_one_line_and_writes_nothing(arguments, told, tmp_path):
    done = run(*arguments, code=2, cwd=tmp_path)
    assert told in done.stderr.decode()
    assert len(done.stderr.decode().splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_lake_that_another_run_writes_is_told_before_a_server_is_started(tmp_path):
    lake = Lake(tmp_path / "lake")
    with lake.lock_for_writing():
        done = run("nightly", "--sources", DEMO / "sources.toml", "--lake", lake.folder, code=1)
    told = f"storyfold: {lake.folder}: another run is writing this lake; wait for it, or end it\n"
    assert done.stderr.decode() == told


def test_parse_gives_a_row_a_page_with_exactly_the_promised_keys(tmp_path):
    from storyfold.output.article_rows import KEYS

    out = tmp_path / "articles.jsonl.gz"
    done = run("parse", DEMO / "vale-tribune", DEMO / "daily-lantern" / "moved-page.html", "--out", out)
    rows = rows_of(out)
    assert len(rows) == 4
    assert all(tuple(row) == KEYS for row in rows)
    assert [r["reason"] for r in rows].count(None) == 3
    (refused,) = (r for r in rows if r["reason"])
    assert (refused["reason"], refused["kind"]) == ("not-an-article", "error")
    assert "4 pages: 3 articles, 1 rejected" in done.stderr.decode()
    again = tmp_path / "again.jsonl.gz"
    run("parse", DEMO / "vale-tribune", DEMO / "daily-lantern" / "moved-page.html", "--out", again, "--processes", "1")
    assert again.read_bytes() == out.read_bytes()


PAGE = (
    '<html><head><title>{title}</title><meta property="og:type" content="article"></head>'
    "<body><article><h1>{title}</h1>{lines}</article></body></html>"
)


def test_parse_tells_which_lines_it_cut_so_that_the_text_can_be_rebuilt(tmp_path):
    from storyfold.boilerplate.cut import rebuild_text

    titles = {"a": "Ferry crews vote for a strike at Easter", "b": "Hallin dam is approved by one vote"}
    told = {
        name: [
            f"Part {n} of the report {name} tells at length of what the council had to say, and of all that it had not "
            f"said before the mill closed, when the river stood {n} feet over the meadow."
            for n in range(6)
        ]
        for name in titles
    }
    shown = {"a": [*told["a"][:3], titles["b"], *told["a"][3:]], "b": told["b"]}
    for name, title in titles.items():
        lines = "".join(f"<p>{line}</p>" for line in shown[name])
        (tmp_path / f"{name}.html").write_text(PAGE.format(title=title, lines=lines))
    out, cuts = tmp_path / "articles.jsonl", tmp_path / "cuts.jsonl"
    run("parse", tmp_path / "a.html", tmp_path / "b.html", "--out", out, "--cuts", cuts)
    first, second = sorted(rows_of(out), key=lambda row: row["path"])
    (cut,) = rows_of(cuts)
    assert (cut["id"], cut["text"], cut["reason"]) == (first["id"], titles["b"], "other-headline")
    assert cut["example_id"] == second["id"]
    assert titles["b"] not in first["body"]
    assert rebuild_text(first["body"], [(cut["position"], cut["text"])]).split("\n\n") == shown["a"]


def test_parse_believes_no_date_that_stands_on_all_pages_of_an_outlet(tmp_path):
    page = (
        '<html><head><title>{title}</title><meta property="og:type" content="article">'
        '<meta property="og:site_name" content="Merrow Lantern"><meta name="date" content="2021-03-01">'
        '<link rel="canonical" href="https://merrow-lantern.example/2024/05/{day}/{number}"></head>'
        "<body><article><h1>{title}</h1>{lines}</article></body></html>"
    )
    names = ("Ferry crews vote", "Hallin dam approved", "Orchard sold at last", "Choir wins the cup", "School opens")
    for number, name in enumerate(names):
        lines = "".join(f"<p>{name}, line {n}: what was said of it in the town was written down.</p>" for n in range(9))
        told = page.format(title=name, number=number, day=11 + number, lines=lines)
        (tmp_path / f"{number}.html").write_text(told)
    run("parse", *sorted(tmp_path.glob("*.html")), "--out", tmp_path / "all.jsonl")
    rows = sorted(rows_of(tmp_path / "all.jsonl"), key=lambda row: row["path"])
    assert [row["published_at"][:10] for row in rows] == [f"2024-05-{11 + n}" for n in range(5)]
    assert all(row["date_reason"].endswith("is stamped on 5 pages of this outlet") for row in rows)
    run("parse", tmp_path / "0.html", "--out", tmp_path / "one.jsonl")
    assert rows_of(tmp_path / "one.jsonl")[0]["published_at"].startswith("2021-03-01")


def test_parse_copies_and_stories_follow_each_other(tmp_path):
    truth = {row["path"]: row for row in json.loads((DEMO / "truth.json").read_text(encoding="utf-8"))}
    run("parse", DEMO, "--out", tmp_path / "all.jsonl")
    articles = [row for row in rows_of(tmp_path / "all.jsonl") if row["reason"] is None]
    for row in articles:  # a page that does not name its outlet gets it from us, as a source in sources.toml would
        row["outlet"] = row["outlet"] or Path(row["path"]).parent.name
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in articles))
    run("copies", tmp_path / "a.jsonl", "--out", tmp_path / "families.jsonl")
    run("stories", tmp_path / "a.jsonl", "--out", tmp_path / "stories.jsonl")
    path_of = {row["id"]: str(Path(row["path"]).relative_to(DEMO)) for row in articles}
    families, stories = rows_of(tmp_path / "families.jsonl"), rows_of(tmp_path / "stories.jsonl")
    assert all(tuple(row) == ("id", "family_id", "role", "original_id", "share") for row in families)
    assert all(tuple(row) == ("id", "story_id") for row in stories)
    assert [row["id"] for row in families] == [row["id"] for row in stories] == [row["id"] for row in articles]
    for row in families:
        true = truth[path_of[row["id"]]]
        assert (row["role"], path_of[row["original_id"]]) == (true["role"], true["original"])
        assert 0.0 < row["share"] <= 1.0
    together = {
        (path_of[a["id"]], path_of[b["id"]]) for a in stories for b in stories if a["story_id"] == b["story_id"]
    }
    kept = [path for path, row in truth.items() if row["kept"]]
    assert together == {(a, b) for a in kept for b in kept if truth[a]["story"] == truth[b]["story"]}


def test_grouping_needs_only_a_body_and_a_name(tmp_path):
    text = "The harbour bridge was closed to all traffic on Monday after engineers found a crack in a main girder. " * 5
    rows = [{"id": 7, "body": text}, {"url": "https://example.com/a", "body": text}, {"path": "c.txt", "body": None}]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps({**row, "unknown": [1]}) for row in rows))
    run("copies", tmp_path / "a.jsonl", "--out", tmp_path / "f.jsonl")
    run("stories", tmp_path / "a.jsonl", "--out", tmp_path / "s.jsonl")
    families, stories = rows_of(tmp_path / "f.jsonl"), rows_of(tmp_path / "s.jsonl")
    assert [row["id"] for row in families] == ["7", "https://example.com/a", "c.txt"]
    assert families[0]["family_id"] == families[1]["family_id"] != families[2]["family_id"]
    assert stories[0]["story_id"] == stories[1]["story_id"] != stories[2]["story_id"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"id": "a", "body": "x"}\nnot json\n', "line 2: not JSON"),
        ('{"id": "a"}\n', "line 1: no text under the key 'body'"),
        ('{"id": "a", "body": 3}\n', "line 1: no text under the key 'body'"),
        ('{"body": "x"}\n', "line 1: none of the keys 'id', 'url' and 'path'"),
        ('{"id": "a", "body": "x"}\n{"id": "a", "body": "y"}\n', "rows 1 and 2 have the same id 'a'"),
        ("[1]\n", "line 1: no text under the key 'body'"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(text, told, tmp_path):
    (tmp_path / "a.jsonl").write_text(text)
    done = run("copies", "a.jsonl", "--out", "f.jsonl", code=2, cwd=tmp_path)
    assert told in done.stderr.decode()
    assert len(done.stderr.decode().splitlines()) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["a.jsonl"]


def test_an_archive_that_is_cut_is_told_and_the_rest_is_parsed(tmp_path):
    from datetime import UTC, datetime

    from storyfold.fetch.archive import ArchiveWriter

    page = (DEMO / "vale-tribune" / "hallin-dam-vote.html").read_bytes()
    with ArchiveWriter(tmp_path, "whole.warc.gz") as store:
        for name in ("a.html", "b.html"):
            store.add_file(name, "text/html", page + name.encode(), datetime(2026, 3, 3, tzinfo=UTC))
    whole = (tmp_path / "whole.warc.gz").read_bytes()
    (tmp_path / "cut.warc.gz").write_bytes(whole[:-100])
    run("parse", tmp_path / "cut.warc.gz", "--out", tmp_path / "out.jsonl", code=3)
    assert sorted(str(row["reason"]) for row in rows_of(tmp_path / "out.jsonl")) == ["None", "cut-archive"]


def warc_record(kind, block, media_type="application/http; msgtype=response"):
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nContent-Type: {media_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def test_each_record_of_an_archive_has_its_row_or_is_counted(tmp_path):
    page = (DEMO / "vale-tribune" / "hallin-dam-vote.html").read_bytes()
    answers = {
        "typed": b"200 OK\r\nContent-Type: text/html\r\n\r\n" + page,
        "untyped": b"200 OK\r\nServer: a\r\n\r\n" + page,
        "vague": b"200 OK\r\nContent-Type: application/octet-stream\r\n\r\n" + page,
        "picture without a type": b"200 OK\r\n\r\n\x89PNG\r\n\x1a\n" + bytes(99),
        "gone": b"404 Not Found\r\nContent-Type: text/html\r\n\r\n" + page,
        "picture": b"200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\x1a\n",
        "redirect": b"301 Moved\r\nLocation: /\r\n\r\n",
    }
    records = [warc_record("response", b"HTTP/1.1 " + answer) for answer in answers.values()]
    records += [warc_record("request", b"GET / HTTP/1.1\r\n\r\n"), warc_record("response", b"no answer")]
    whole = b"".join(records)
    for name, data in (
        ("a.warc.gz", b"".join(map(gzip.compress, records))),
        ("b.dat", whole),
        ("c.gz", gzip.compress(whole)),
    ):
        (tmp_path / name).write_bytes(data)
        done = run("parse", tmp_path / name, "--out", tmp_path / "out.jsonl")
        reasons = Counter(row["reason"] for row in rows_of(tmp_path / "out.jsonl"))
        assert reasons == {None: 3, "not-text": 1, "http-error": 1, "unreadable-input": 1}
        assert "passed over 3 records: 1 image/png, 1 redirect, 1 request" in done.stderr.decode()


def test_a_row_keeps_the_first_id_it_has(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": null, "url": "https://example.com/a", "body": "x"}\n')
    run("stories", tmp_path / "a.jsonl", "--out", tmp_path / "s.jsonl")
    assert rows_of(tmp_path / "s.jsonl")[0]["id"] == "https://example.com/a"


def test_the_same_article_saved_twice_goes_all_the_way(tmp_path):
    page = (DEMO / "vale-tribune" / "hallin-dam-vote.html").read_bytes()
    (tmp_path / "saved").mkdir()
    for name in ("one.html", "two.html"):
        (tmp_path / "saved" / name).write_bytes(page)
    run("parse", tmp_path / "saved", tmp_path / "saved" / "one.html", "--out", tmp_path / "a.jsonl")
    run("copies", tmp_path / "a.jsonl", "--out", tmp_path / "f.jsonl")
    assert len({row["id"] for row in rows_of(tmp_path / "f.jsonl")}) == 2
    assert len({row["family_id"] for row in rows_of(tmp_path / "f.jsonl")}) == 1


def test_an_output_that_would_lose_the_input_or_has_no_folder_is_refused(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": "a", "body": "x"}\n')
    for out, told in (("a.jsonl", "is the input itself"), ("no/f.jsonl", "there is no folder no")):
        done = run("copies", "a.jsonl", "--out", out, code=2, cwd=tmp_path)
        assert told in done.stderr.decode()
    assert rows_of(tmp_path / "a.jsonl") == [{"id": "a", "body": "x"}]


def test_no_command_shows_the_help():
    done = run(code=2)
    assert "Commands:" in done.stdout.decode()
    assert len(done.stdout.decode().splitlines()) > 10


def test_a_server_that_does_not_answer_is_told_in_one_line(tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "flows.commands.cli",
            "nightly",
            "--sources",
            DEMO / "sources.toml",
            "--lake",
            tmp_path / "lake",
        ],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PREFECT_API_URL": "http://127.0.0.1:9/api"},
    )
    assert done.returncode == 2
    assert "no Prefect server answers at PREFECT_API_URL=http://127.0.0.1:9/api" in done.stderr.decode()
    assert len(done.stderr.decode().splitlines()) == 1
    assert not (tmp_path / "lake").exists()


@pytest.fixture(scope="module")
def empty_lake(tmp_path_factory):
    from storyfold.lake.lake import Lake

    folder = tmp_path_factory.mktemp("lakes") / "lake"
    Lake(folder).create({})
    return folder


def test_sql_prints_what_was_asked_in_every_format(empty_lake):
    import io

    import pyarrow.parquet as pq

    query = (
        "SELECT 1 AS a, 2 AS a, sum(3) AS total, 1.5 AS half, [1, 2] AS list, INTERVAL 90 MINUTE AS time, "
        "NULL AS nothing, TIMESTAMPTZ '2026-03-04 05:06:07+00' AS at, 'x,\"y' AS text"
    )
    asked = {
        form: run("sql", "--lake", empty_lake, "--format", form, query).stdout for form in ("csv", "json", "parquet")
    }
    head, row = asked["csv"].decode().splitlines()
    assert head == "a,a,total,half,list,time,nothing,at,text"
    assert row == '1,2,3,1.5,"[1,2]",1:30:00,,2026-03-04T05:06:07+00:00,"x,""y"'
    (found,) = json.loads(asked["json"])
    assert (found["total"], found["half"], found["list"], found["nothing"]) == (3, 1.5, [1, 2], None)
    assert pq.read_table(io.BytesIO(asked["parquet"])).num_rows == 1
    assert json.loads(run("sql", "--lake", empty_lake, "--format", "json", "FROM runs").stdout) == []


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("DESCRIBE nothing", "nothing does not exist"),
        ("SELEC 1", "syntax error"),
        ("DELETE FROM runs", "read-only"),
        ("SELECT 1; SELECT 2", "one query at a time"),
        ("", "the query is empty"),
    ],
)
def test_sql_that_cannot_be_answered_is_told(empty_lake, query, told):
    assert told in run("sql", "--lake", empty_lake, query, code=2).stderr.decode()


def test_sql_without_a_query_lists_views_before_tables_with_their_meanings(tmp_path):
    from storyfold.lake.lake import Lake
    from storyfold.report import list_view_statements

    Lake(tmp_path / "lake").create(list_view_statements())
    lines = run("sql", "--lake", tmp_path / "lake").stdout.decode().splitlines()
    names = [line.split()[0] for line in lines if line.startswith("  ")]
    assert names.index("top_stories") < names.index("articles")
    assert [line.split(maxsplit=1)[1] for line in lines if line.split()[:1] == ["runs"]] == [
        "One row is an attempt at a run."
    ]
    assert all("One row is" in line and "[definition" not in line for line in lines if line.startswith("  "))
    told = json.loads(run("sql", "--lake", tmp_path / "lake", "--format", "json", "DESCRIBE runs").stdout)
    assert told[3]["meaning"] == "The night it was started for; a label."
    told = json.loads(run("sql", "--lake", tmp_path / "lake", "--format", "json", "describe landed_runs;").stdout)
    assert told[3]["meaning"] == "The night it was started for; a label."
    told = json.loads(run("sql", "--lake", tmp_path / "lake", "--format", "json", "DESCRIBE articles").stdout)
    assert [row["column_name"] for row in told] == [column.name for column in TABLES["articles"].columns]


def test_sql_lets_no_text_steer_the_terminal(empty_lake):
    query = "SELECT 'red' || chr(27) || '[31m' || chr(8238) || chr(155) || 'x' || chr(10) || 'y' AS title, NULL AS none"
    for form in ("table", "line"):
        shown = run("sql", "--lake", empty_lake, "--format", form, query).stdout.decode()
        assert not set("\x1b\x9b\u202e") & set(shown)
        assert "\\u202e\\u009bx" in shown
    assert shown == "title = red\\u001b[31m\\u202e\\u009bx\n        y\n none = \n"
    told = json.loads(run("sql", "--lake", empty_lake, "--format", "json", query).stdout)
    assert told[0]["title"] == "red\x1b[31m\u202e\x9bx\ny"  # into a pipe it is data, as it is


def test_fast_parsing_keeps_the_same_pages(tmp_path):
    for name, options in (("all", []), ("fast", ["--fast"])):
        run("parse", DEMO, "--out", tmp_path / f"{name}.jsonl", *options)
    told = [
        list(map(json.loads, (tmp_path / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()))
        for name in ("all", "fast")
    ]
    assert [[row["path"], row["title"], row["published_at"]] for row in told[0] if row["reason"] is None] == [
        [row["path"], row["title"], row["published_at"]] for row in told[1] if row["reason"] is None
    ]


def test_copies_and_stories_go_by_a_file_of_settings(tmp_path):
    words = [f"word{n}" for n in range(200)]
    rows = [
        {"id": "whole", "body": " ".join(words), "title": "Dam"},
        {"id": "most", "body": " ".join([*words[:160], *(f"other{n}" for n in range(40))]), "title": "Dam"},
    ]
    articles, mine = tmp_path / "a.jsonl", tmp_path / "mine.toml"
    articles.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    def group(command, key, *options):
        out = tmp_path / f"{command}.jsonl"
        run(command, articles, "--out", out, *options, cwd=tmp_path)
        return len({json.loads(line)[key] for line in out.read_text(encoding="utf-8").splitlines()})

    assert (group("copies", "family_id"), group("stories", "story_id")) == (1, 1)
    mine.write_text("[copies]\nfamily_share = 0.95\n[stories]\nthreshold = 10\n", encoding="utf-8")
    assert group("copies", "family_id", "--settings", mine) == 2
    assert group("stories", "story_id", "--settings", mine) == 2
    mine.write_text("[copies]\nfamily_share = 95\n", encoding="utf-8")
    refused = run("copies", articles, "--out", "x.jsonl", "--settings", mine, cwd=tmp_path, code=2)
    assert "family_share" in refused.stderr.decode()
