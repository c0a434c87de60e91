"""Commands on files start without pandas; whoever asks for it afterwards has it."""

import subprocess
import sys

QUICK = """
import sys
from flows.commands.quick_start import start_quickly
start_quickly()
import pyarrow as pa
values = pa.array([1, 2]), pa.scalar("a"), pa.table({"a": [1]})
assert "pandas" not in sys.modules
"""
AFTERWARDS = """
assert values[2].to_pandas()["a"].sum() == 1
import pandas
assert pa.array(pandas.Series([1, 2])).to_pylist() == [1, 2]
"""
COMMAND = """
import sys
from flows.commands import cli
try:
    cli.main()
except SystemExit as end:
    assert not end.code, end.code
assert not {"pandas", "wordfreq", "duckdb"} & set(sys.modules)
"""


def run(code, *arguments):
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)


def test_arrow_does_without_pandas_until_it_is_asked_for():
    done = run(QUICK + AFTERWARDS)
    assert done.returncode == 0, done.stderr


def test_stories_of_a_file_need_neither_pandas_nor_duckdb(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": "1", "title": "Ferry", "body": "A ferry ran aground near Norhaven."}\n')
    done = run(COMMAND, "stories", str(tmp_path / "a.jsonl"), "--out", str(tmp_path / "out.jsonl"))
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 1
