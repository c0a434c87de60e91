"""One real Prefect server for all flow tests, and ways to run a night on it."""

import json
import subprocess
import sys

import pytest
from tests_support import environment_of, running_prefect

pytest.register_assert_rewrite("tests.flows.engine_contract")  # what a class inherits is told as its own


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory):
    """The address of a real server that lives as long as the tests; nothing of the user's Prefect is touched."""
    with running_prefect(tmp_path_factory.mktemp("prefect")) as address:
        yield address


@pytest.fixture
def storyfold(prefect_server, tmp_path):
    """Run a command as a user does, in its own process, on the test server; wants exit code `code`."""

    def run(*arguments, code=0, **environment):
        done = subprocess.run(
            [sys.executable, "-m", "flows.commands.cli", *map(str, arguments)],
            capture_output=True,
            check=False,
            cwd=tmp_path,
            env=environment_of(prefect_server, **environment),
        )
        assert done.returncode == code, (done.returncode, done.stdout.decode(), done.stderr.decode()[-3000:])
        return done

    return run


@pytest.fixture
def ask(storyfold):
    """The rows of a query, by way of `storyfold sql --format json`."""

    def rows(lake, query):
        return json.loads(storyfold("sql", "--lake", lake, "--format", "json", query).stdout)

    return rows


@pytest.fixture
def write_sources(tmp_path):
    """A sources.toml with one source a keyword's place."""

    def write(text):
        file = tmp_path / "sources.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write
