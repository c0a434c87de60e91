"""What the list of outlets says of a lake's outlets: a row a printed name and host, written again where it changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import duckdb
import pytest
from tests_support import landed_run

from storyfold.credits.listed_outlet import ListedOutlet
from storyfold.credits.listed_outlets import OutletList
from storyfold.report import list_view_statements
from storyfold.run.outlet_facts import find_outlet_facts, list_looked_up, make_address
from storyfold.schemas import OutletFact, Run
from storyfold.schemas.columns import get_declared_table, make_arrow_table, make_create_statement
from storyfold.schemas.outlets import HOST_SQL
from storyfold.web.publishers import find_publisher

DAY = date(2026, 3, 2)
OWNED = ListedOutlet(name="Courier", domains=("courier.example",), owner="Vale Media", source="imprint", date=DAY)
ADDRESSES = (
    "https://www.courier.example/2026/a?b=1#c",
    "http://reader@News.Courier.example:8080/a",
    "https://127.0.0.1:8000/a",
    "https://[2001:db8::1]/a",
    "http://localhost/a",
    "https://one.wordpress.com/a",
    "https://www.courier.co.uk?x=https://other.example/b",
    "https://share.example/go/https://courier.example/a",  # no replay: nobody's date stamp is before it
    "https://web.archive.org/web/20260302120000id_/https://www.courier.example/a",
    "https://web.archive.org/web/20260302120000/http%3A%2F%2Fcourier.example%2Fa",
    "https://www-courier-example.cdn.ampproject.org/c/s/www.courier.example/a",
    "https://www.google.com/amp/s/www.courier.example/a",
    "https://archive.example/2026.03.02-120000/https://www.courier.example/a",
    "https://web.archive.org/web/2025/https://web.archive.org/web/2026/https://courier.example/a",
    "https://küstenbote.example/a",
)


@pytest.fixture
def lake():
    connection = duckdb.connect()
    for cls in (Run, OutletFact):
        connection.execute(make_create_statement(get_declared_table(cls)))
    for name in ("landed_runs", "current_outlets"):
        connection.execute(f"CREATE VIEW {name} AS {list_view_statements()[name]}")
    yield connection
    connection.close()


def pages(*rows):
    import pyarrow as pa

    fields = ("outlet", "url", "canonical_url")
    return pa.table({name: pa.array([row[n] for row in rows], pa.string()) for n, name in enumerate(fields)})


def land(connection, facts, number, status="landed"):
    run = replace(landed_run(f"run-{number}", datetime(2026, 3, number, tzinfo=UTC)), status=status)
    connection.register("run", make_arrow_table([run], Run))
    connection.register("facts", make_arrow_table([replace(f, run_id=run.run_id) for f in facts], OutletFact))
    connection.execute("INSERT INTO runs BY NAME FROM run; INSERT INTO outlet_facts BY NAME FROM facts")


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_an_outlet_is_looked_up_by_leads_to_the_publisher_of_the_address(lake, address):
    lake.register("pages", pages((None, address, None)))
    ((_, host),) = list_looked_up(lake, "pages")
    assert find_publisher(make_address(host)) == find_publisher(address)
    assert len(host) < len(address)


@pytest.mark.parametrize("address", [None, "", "https://one two.example/a", "https://", "file:///a", "no address"])
def test_what_is_no_address_has_no_host(lake, address):
    lake.register("pages", pages((None, address, None)))
    assert list_looked_up(lake, "pages") == [("", "")]
    assert make_address("") is None


def test_the_view_has_the_same_words():
    assert f"{HOST_SQL} AS host" in list_view_statements()["outlets"]


def test_a_night_writes_what_is_new_or_said_otherwise(lake):
    night = pages(
        ("The Courier", "https://www.courier.example/a", None),
        ("The Courier", "https://www.courier.example/b", None),
        (None, None, "https://m.courier.example/c"),
        ("Vale Tribune", "https://tribune.example/d", None),
        ("AP News", "https://apnews.com/e", None),
        ("Nameless", None, None),
        (None, None, None),
    )
    first = find_outlet_facts(lake, night, OutletList(), DAY)
    assert [(f.printed_name, f.host, f.outlet, f.kind) for f in first] == [
        ("", "", None, None),
        ("", "m.courier.example", "courier.example", None),
        ("AP News", "apnews.com", "apnews.com", "agency"),
        ("Nameless", "", "Nameless", None),
        ("The Courier", "www.courier.example", "courier.example", None),
        ("Vale Tribune", "tribune.example", "tribune.example", None),
    ]
    land(lake, first, 1)
    assert find_outlet_facts(lake, night, OutletList(), date(2026, 3, 3)) == []

    # the list was edited: what it says of the lake's outlets comes anew, with a night that has none of them
    told = find_outlet_facts(lake, night[:0], OutletList((OWNED,)), date(2026, 3, 3))
    assert [(f.host, f.owner, f.source, f.source_date) for f in told] == [
        ("m.courier.example", "Vale Media", "imprint", DAY),
        ("www.courier.example", "Vale Media", "imprint", DAY),
    ]
    land(lake, told, 2, status="failed")  # a night that did not land has told nothing
    assert len(find_outlet_facts(lake, night, OutletList((OWNED,)), DAY)) == 2
    land(lake, told, 3)
    assert find_outlet_facts(lake, night, OutletList((OWNED,)), DAY) == []
    owners = "SELECT owner, count(*) FROM current_outlets GROUP BY owner ORDER BY owner"
    assert lake.execute(owners).fetchall() == [("Vale Media", 2), (None, 4)]
