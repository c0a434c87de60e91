"""One real Prefect server for all flow tests, and ways to run a night on it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests_support import environment_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory):
    """The address of a real server that lives as long as the tests; nothing of the user's Prefect is touched."""
    home = tmp_path_factory.mktemp("prefect")
    code = (
        "import os, sys\n"
        "from flows.prefect_home import settle_server\n"
        "from pathlib import Path\n"
        "os.environ.pop('PREFECT_API_URL', None)\n"
        "settle_server(Path(sys.argv[1]))\n"
        "from prefect.server.api.server import SubprocessASGIServer\n"
        "server = SubprocessASGIServer()\n"
        "server.start(timeout=120)\n"
        "print(server.api_url, flush=True)\n"
        "sys.stdin.read()\n"
        "server.stop()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as server:
        address = server.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1"), "the Prefect server did not start"
        yield address
        server.stdin.close()
        server.wait(30)


@pytest.fixture
def storyfold(prefect_server, tmp_path):
    """Run a command as a user does, in its own process, on the test server; wants exit code `code`."""

    def run(*arguments, code=0, **environment):
        done = subprocess.run(
            [sys.executable, "-m", "flows.cli", *map(str, arguments)],
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
