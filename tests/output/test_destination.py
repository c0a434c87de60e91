"""What --out writes to, what `-` reads from, and an address as a page."""

import gzip
import io
import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests_support import serve_folder

from flows.commands.stdin_and_address import read_standard_input
from storyfold.outcomes import WrongUse
from storyfold.output.destination import check_output, open_output
from storyfold.settings.fetch import FetchSettings

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "data" / "demo" / "vale-tribune" / "hallin-dam-vote.html"
COMMAND = f"{sys.executable} -m flows.commands.cli"


def shell(line, code=0, cwd=None, **options):
    """A line of bash in which `storyfold` is the command."""
    done = subprocess.run(
        ["bash", "-c", f'set -o pipefail; storyfold() {{ {COMMAND} "$@"; }}; {line}'],
        capture_output=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        **options,
    )
    assert done.returncode == code, (done.returncode, done.stdout[-800:], done.stderr.decode()[-2000:])
    return done


def write(path, data=b"new"):
    with open_output(path) as out:
        out.write(data)


def test_a_file_is_replaced_whole_and_keeps_its_mode(tmp_path):
    out = tmp_path / "out"
    out.write_bytes(b"old")
    out.chmod(0o640)
    seen = []
    with open_output(out) as written:
        written.write(b"new")
        written.flush()
        seen.append(out.read_bytes())
    assert (seen, out.read_bytes(), stat.S_IMODE(out.stat().st_mode)) == ([b"old"], b"new", 0o640)
    with pytest.raises(TypeError), open_output(out) as written:
        written.writelines([b"half", None])
    assert out.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_of_the_unfinished_ones_name_is_nobodys_to_write(tmp_path):
    (tmp_path / "out.writing").write_bytes(b"somebody's")
    write(tmp_path / "out")
    assert (tmp_path / "out.writing").read_bytes() == b"somebody's"
    write(tmp_path / ("n" * 255))  # as long as a name may be
    assert (tmp_path / ("n" * 255)).read_bytes() == b"new"


def test_a_link_stays_and_what_it_points_at_is_replaced(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "file").write_bytes(b"old")
    (tmp_path / "first").symlink_to("second")
    (tmp_path / "second").symlink_to(Path("there") / "file")
    (tmp_path / "dangling").symlink_to(Path("there") / "none-yet")
    before = (tmp_path / "there" / "file").stat().st_ino
    write(tmp_path / "first")
    write(tmp_path / "dangling")
    assert all((tmp_path / name).is_symlink() for name in ("first", "second", "dangling"))
    assert [(tmp_path / "there" / name).read_bytes() for name in ("file", "none-yet")] == [b"new", b"new"]
    assert (tmp_path / "there" / "file").stat().st_ino != before


def test_links_that_lead_nowhere_are_told_before_any_work(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "lost").symlink_to(tmp_path / "gone" / "file")
    with pytest.raises(WrongUse, match="in a circle"):
        check_output(tmp_path / "a")
    with pytest.raises(WrongUse, match=r"lost points at .*gone/file: there is no folder .*gone"):
        check_output(tmp_path / "lost")


def test_a_pipe_and_a_device_stay_what_they_are(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    read = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    write(tmp_path / "pipe")
    reader.join(10)
    assert read == [b"new"]
    assert (tmp_path / "pipe").is_fifo()
    (tmp_path / "null").symlink_to(os.devnull)
    write(tmp_path / "null")
    assert (tmp_path / "null").is_symlink()
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_a_full_disk_is_told_with_the_outputs_name():
    if not Path("/dev/full").exists():
        pytest.skip("no device here that is always full")
    done = shell(f"storyfold parse {PAGE} --out /dev/full", code=1)
    assert done.stderr.decode().splitlines()[-1].endswith("No space left on device: '/dev/full'")


def test_commands_pipe_and_say_what_they_say_on_standard_error(tmp_path):
    done = shell(f"storyfold parse {PAGE} --out - | storyfold copies - --out - | tee f.jsonl", cwd=tmp_path)
    (row,) = map(json.loads, done.stdout.splitlines())
    assert row["role"] == "original"
    assert "1 article" in done.stderr.decode()
    assert [path.name for path in tmp_path.iterdir()] == ["f.jsonl"]
    done = shell(f"storyfold parse {PAGE} --out - | gzip | storyfold stories - --out -")
    assert set(json.loads(done.stdout)) == {"id", "story_id"}


def test_standard_output_and_what_the_shell_puts_in_a_files_place_are_written_through(tmp_path):
    (tmp_path / "log").write_text("before\n")
    shell(f"storyfold parse {PAGE} --out /dev/stdout >> log; echo after >> log", cwd=tmp_path)
    lines = (tmp_path / "log").read_text().splitlines()
    assert (lines[0], len(lines), lines[2]) == ("before", 3, "after")
    shell(f"storyfold parse {PAGE} --out >(cat > caught); wait", cwd=tmp_path)
    assert json.loads((tmp_path / "caught").read_text())["kind"] == "article"


def test_a_page_comes_from_standard_input(tmp_path):
    page = PAGE.read_bytes()
    row = json.loads(shell("storyfold parse - --out - --fast", input=gzip.compress(page)).stdout)
    named = json.loads(shell(f"storyfold parse {PAGE} --out - --fast").stdout)
    assert row == named | {"path": "-"}
    told = shell("storyfold parse - --out -", code=2, input=b"WARC/1.0\r\n").stderr.decode()
    assert "this is a web archive" in told
    shell("storyfold parse --explain - --out why.html", input=page, cwd=tmp_path)
    assert b"Hallin" in (tmp_path / "why.html").read_bytes()


def test_two_pages_from_standard_input_are_two(monkeypatch):
    names = set()
    for page in (b"<p>One page", gzip.compress(b"<p>One page"), b"<p>Another page"):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(page)))
        names.add(read_standard_input(FetchSettings().page_bytes).item.item_id)
    assert len(names) == 2


def test_a_reader_that_goes_away_ends_it_quietly():
    done = shell(f"storyfold parse {PAGE} --out - --fast | true", code=141)
    assert "Traceback" not in done.stderr.decode()
    assert "Broken" not in done.stderr.decode()


@pytest.mark.slow
def test_an_address_is_asked_for_only_where_that_is_meant(tmp_path):
    (tmp_path / "web" / "closed").mkdir(parents=True)
    (tmp_path / "web" / "robots.txt").write_text("User-agent: *\nDisallow: /closed/\n")
    for place in ("a.html", "closed/a.html"):
        (tmp_path / "web" / place).write_bytes(PAGE.read_bytes())
    with serve_folder(tmp_path / "web") as address:
        assert "only with --fetch" in shell(f"storyfold parse {address}/a.html --out -", code=2).stderr.decode()
        refused = shell(f"storyfold parse --fetch {address}/a.html --out -", code=3)
        assert json.loads(refused.stdout)["reason"] == "refused-address"
        assert "not a public web server" in refused.stderr.decode()
        ask = "storyfold parse --fetch --allow-loopback"
        row = json.loads(shell(f"{ask} {address}/a.html --out - --fast").stdout)
        assert (row["path"], row["reason"]) == (f"{address}/a.html", None)
        (tmp_path / "mine.toml").write_text("[fetch]\nallow_loopback = true\npage_bytes = 65_536\n")
        (tmp_path / "web" / "long.html").write_bytes(PAGE.read_bytes() + b" " * 65_536)
        ask_by_file = f"storyfold parse --fetch --settings {tmp_path / 'mine.toml'}"
        assert json.loads(shell(f"{ask_by_file} {address}/a.html --out - --fast").stdout) == row
        long = json.loads(shell(f"{ask_by_file} {address}/long.html --out -", code=3).stdout)
        assert long["reason"] == "too-large"
        closed = json.loads(shell(f"{ask} {address}/closed/a.html --out -", code=3).stdout)
        assert closed["reason"] == "robots-disallowed"
        assert b"Hallin" in shell(f"{ask} --explain {address}/a.html").stdout
    assert "--fetch takes one address" in shell(f"storyfold parse --fetch {PAGE} --out -", code=2).stderr.decode()


def test_a_folder_without_pages_is_told(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "picture.png").touch()
    done = shell("storyfold parse empty --out rows.jsonl", code=2, cwd=tmp_path)
    assert done.stderr.decode().startswith("storyfold: empty: no pages there; pages end in .html")
    assert not (tmp_path / "rows.jsonl").exists()
    done = shell(f"storyfold parse empty {PAGE} --out rows.jsonl", cwd=tmp_path)
    assert "empty: no pages there" in done.stderr.decode()
    assert len((tmp_path / "rows.jsonl").read_text().splitlines()) == 1
