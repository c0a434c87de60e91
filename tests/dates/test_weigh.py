"""How claims are weighed."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests_support import costs_at_most

from storyfold.dates.claims import read_claim
from storyfold.dates.days import find_named_days
from storyfold.dates.weigh import Dating, weigh_claims
from storyfold.schemas.pages import DateClaim

SEEN = datetime(2026, 11, 21, 12, tzinfo=UTC)


def decide(*claims: tuple[str, str], text: str = "", agency: str | None = None, seen_at: datetime = SEEN) -> Dating:
    return weigh_claims(
        [read_claim(where, words) for where, words in claims], text=text, agency=agency, seen_at=seen_at
    )


def test_nothing_is_known():
    dating = decide(text="The works closed in 2019. They will open on March 3, 2021.")
    assert (dating.published_at, dating.precision, dating.confidence) == (None, "none", "none")
    assert dating.reason == "no date was found"
    assert dating.not_before == datetime(2019, 1, 1, tzinfo=UTC)
    assert dating.not_after == SEEN


def test_structured_claims_that_agree_are_sure_and_the_finest_gives_the_time():
    dating = decide(("meta", "2023-02-25"), ("json-ld", "2023-02-25T20:30:00Z"), ("url", "/2023/02/25/"))
    assert (dating.confidence, dating.precision) == ("high", "second")
    assert dating.published_at == datetime(2023, 2, 25, 20, 30, tzinfo=UTC)
    assert dating.not_before == datetime(2023, 2, 25, tzinfo=UTC)
    assert dating.not_after == datetime(2023, 2, 25, 23, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("claims", "confidence"),
    [
        ([("json-ld", "2023-02-25T20:30:00Z")], "high"),
        ([("time", "2023-02-25T20:30:00Z")], "medium"),
        ([("time", "2023-02-25T20:30:00Z"), ("url", "/2023/02/25/")], "high"),
        ([("json-ld", "2023-02-25T20:30:00Z"), ("meta", "2023-03-09T20:30:00Z")], "medium"),
        ([("byline", "Saturday, 25 February 2023 20:30 GMT")], "medium"),
        ([("url", "/2023/02/25/")], "medium"),
        ([("visible", "25 February 2023")], "medium"),
    ],
)
def test_confidence(claims, confidence):
    dating = decide(*claims)
    assert dating.confidence == confidence
    assert dating.published_at.date().isoformat() == "2023-02-25"
    assert dating.reason


def test_sources_that_agree_outweigh_one_that_does_not():
    dating = decide(("json-ld", "2023-02-25T20:30:00Z"), ("meta", "2023-02-25"), ("feed", "2023-03-01T00:00:00Z"))
    assert dating.published_at.day == 25
    assert dating.confidence == "high"
    assert "the feed says otherwise" in dating.reason


def test_a_day_agrees_with_its_evening_elsewhere():
    # 25 February, 20:30 in New York is the 26th in UTC
    dating = decide(("json-ld", "2023-02-25T20:30:00-05:00"), ("url", "/2023/02/25/"))
    assert dating.confidence == "high"
    assert dating.published_at == datetime(2023, 2, 26, 1, 30, tzinfo=UTC)


def test_the_future_is_never_believed():
    dating = decide(("json-ld", "2026-12-24T00:00:00Z"), ("visible", "3 May 2021"))
    assert dating.published_at == datetime(2021, 5, 3, tzinfo=UTC)
    only = decide(("json-ld", "2026-12-24T00:00:00Z"))
    assert (only.published_at, only.confidence) == (None, "none")
    assert "2026-12-24" in only.reason
    assert decide(("json-ld", "2026-11-22T11:00:00Z")).published_at is not None


def test_unix_zero_is_a_field_that_nobody_filled_in():
    assert decide(("meta", "1970-01-01T00:00:00Z")).published_at is None


def test_the_instant_of_the_fetch_is_never_believed():
    stamped = decide(("meta", "2026-11-21T11:59:30Z"))
    assert (stamped.published_at, stamped.confidence) == (None, "none")
    assert "instant of the fetch" in stamped.reason
    assert decide(("meta", "2026-11-21T12:00:20Z"), ("url", "/2026/11/20/")).published_at.day == 20
    assert decide(("meta", "2026-11-21")).published_at is not None  # that day, at some hour
    assert decide(("feed", "2026-11-21T11:59:30Z")).published_at is not None  # feeds list what is just out
    assert decide(("json-ld", "2026-11-21T11:50:00Z")).published_at is not None


LATER = "The council met on 5 May 2024 and voted. A new vote will be held on 1 June 2030."


def test_a_date_older_than_the_text_is_never_believed():
    dating = decide(("json-ld", "2019-03-01T10:00:00Z"), text=LATER)
    assert (dating.published_at, dating.confidence) == (None, "none")
    assert dating.reason == "the date given by JSON-LD, 2019-03-01, is not possible: the text names 2024-05-05 as past"
    assert dating.not_before == datetime(2024, 5, 5, tzinfo=UTC)
    assert decide(("meta", "2019-03-01"), ("time", "2024-05-06"), text=LATER).published_at.year == 2024


@pytest.mark.parametrize(
    ("claims", "text"),
    [
        ([("json-ld", "2024-02-20")], "Come to the fair! Town hall, 6 May 2024."),  # near: a plan that does not say so
        ([("json-ld", "2019-03-01"), ("modified-json-ld", "2024-05-06")], LATER),  # changed since
        ([("json-ld", "2019-03-01")], "The vote will be held on 5 May 2024."),
        ([("json-ld", "2019-03-01")], "It must be built by 6 May 2024. It opens on 05/06/2024."),
        ([("json-ld", "2019-03-01")], "It was founded on 5 May 2018. There were 2024 goats."),
        ([("json-ld", "2019-03-01")], ""),
    ],
)
def test_ordinary_dates_stand_against_their_text(claims, text):
    dating = decide(*claims, text=text)
    assert dating.published_at is not None
    assert dating.confidence == "high"


def test_a_local_time_labelled_as_utc_gives_way_to_the_same_with_its_offset():
    dating = decide(("json-ld", "2023-02-25T13:46:00Z"), ("meta", "2023-02-25T13:46:00-04:00"))
    assert dating.published_at == datetime(2023, 2, 25, 17, 46, tzinfo=UTC)
    assert dating.confidence == "high"
    other = decide(("json-ld", "2023-02-25T13:46:00Z"), ("meta", "2023-02-25T13:47:00-04:00"))
    assert other.published_at == datetime(2023, 2, 25, 13, 46, tzinfo=UTC)


def test_midnight_is_a_day_alone():
    dating = decide(("json-ld", "2023-02-25T00:00:00Z"), ("meta", "2023-02-25T09:30:00Z"))
    assert dating.published_at == datetime(2023, 2, 25, 9, 30, tzinfo=UTC)
    alone = decide(("json-ld", "2023-02-25T00:00:00+01:00"))
    assert (alone.precision, alone.published_at) == ("day", datetime(2023, 2, 24, 23, tzinfo=UTC))
    assert alone.not_before == alone.published_at  # the day that it names, and not the one before
    assert alone.not_after == datetime(2023, 2, 25, 22, 59, 59, 999999, tzinfo=UTC)
    assert decide(("json-ld", "2023-02-25T10:00:00Z")).precision == "second"


def test_an_hour_in_an_unknown_zone_is_better_than_none():
    dating = decide(("url", "/2023/02/25/"), ("visible", "25 February 2023, 15:25"))
    assert (dating.published_at, dating.precision) == (datetime(2023, 2, 25, 15, 25, tzinfo=UTC), "day")


DOUBTFUL = [("visible", "Date:2025-04-14 03:50:41")]


def test_doubt():
    text = "BERLIN (AP) — The war began on Feb. 24, 2022, and it will end by 2025."
    dating = decide(*DOUBTFUL, text="BERLIN (AP) — The war began on Feb. 24, 2022.", agency="AP")
    assert (dating.confidence, dating.precision) == ("low", "day")
    assert dating.published_at.date().isoformat() == "2025-04-14"
    assert dating.reason == (
        "agency text; the only date is a bare visible line, 2025-04-14, "
        "and no year in the text lies within 180 days of it"
    )
    assert dating.not_before == datetime(2022, 2, 24, tzinfo=UTC)
    assert dating.not_after == datetime(2025, 4, 14, 23, 59, 59, 999999, tzinfo=UTC)
    assert decide(*DOUBTFUL, text=text, agency="AP").confidence == "medium"  # the text names 2025


@pytest.mark.parametrize(
    ("claims", "text", "agency"),
    [
        (DOUBTFUL, "It began in 2022.", None),  # no agency
        ([*DOUBTFUL, ("url", "/2025/04/14/")], "It began in 2022.", "AP"),  # not the only claim
        ([*DOUBTFUL, ("meta", "2025-04-14")], "It began in 2022.", "AP"),  # a structured one
        ([("byline", "By A. Lee, April 14, 2025")], "It began in 2022.", "AP"),  # no bare line
        (DOUBTFUL, "It began in October 2024.", "AP"),  # a year within 180 days
        (DOUBTFUL, "It began in 2025.", "AP"),
    ],
)
def test_no_doubt(claims, text, agency):
    assert decide(*claims, text=text, agency=agency).confidence in {"medium", "high"}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The war began on Feb. 24, 2022.", "2022-02-24"),
        ("It has lasted since 2021, and began on May 3, 2020.", "2021-01-01"),
        ("Am 3. März 2021 begann es.", "2021-03-03"),
        ("The plant will close on May 3, 2023. It opened on June 2, 1998.", "1998-06-02"),
        ("He was to stay until May 3, 2023, having come on 1 June 2022.", "2022-06-01"),
        ("There were 2022 people.", None),
        ("It cost $2022 in the end.", None),
        ("The vote is set for 2031-05-05, after one held on 2019-05-05.", "2019-05-05"),
    ],
)
def test_the_text_bounds_not_before(text, day):
    dating = decide(text=text)
    assert (dating.not_before.date().isoformat() if dating.not_before else None) == day


def test_a_republisher_s_date_bounds_only_the_end():
    claims = [read_claim("json-ld", "2023-02-25T20:30:00Z"), read_claim("meta", "2023-02-25")]
    dating = weigh_claims(claims, text="It began on 3 May 2021.", agency=None, seen_at=SEEN, republished=True)
    assert (dating.confidence, dating.published_at.day) == ("medium", 25)
    assert dating.not_before == datetime(2021, 5, 3, tzinfo=UTC)
    assert dating.not_after == datetime(2023, 2, 25, 23, 59, 59, 999999, tzinfo=UTC)
    assert dating.reason.endswith("so this is when it was republished")


def test_modified_at_is_apart_and_bounds_an_undated_page():
    dating = decide(("modified-json-ld", "2024-05-03T10:00:00Z"), ("modified-meta", "2024-05-04T10:00:00Z"))
    assert dating.published_at is None
    assert dating.modified_at == datetime(2024, 5, 4, 10, tzinfo=UTC)
    assert dating.not_after.date().isoformat() == "2024-05-04"


CLAIMS = st.builds(
    lambda where, value, precision: DateClaim(where=where, words=str(value), value=value, precision=precision),
    st.sampled_from(["json-ld", "meta", "time", "byline", "visible", "url", "feed", "seen", "text", "modified-meta"]),
    st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2020, 1, 6)).map(lambda d: d.replace(tzinfo=UTC)),  # noqa: DTZ001
    st.sampled_from(["second", "minute", "day"]),
)


@given(st.lists(CLAIMS, max_size=8), st.integers(0, 1_000), st.sampled_from([None, "AP"]))
def test_weighing_does_not_depend_on_order_and_keeps_its_interval(claims, seed, agency):
    shuffled = list(claims)
    random.Random(seed).shuffle(shuffled)
    text = "It began on Feb. 24, 2019, and went on in 2020."
    first = weigh_claims(claims, text=text, agency=agency, seen_at=SEEN)
    assert first == weigh_claims(shuffled, text=text, agency=agency, seen_at=SEEN)
    assert first.not_after is not None
    assert first.not_before is None or first.not_before <= first.not_after
    assert (first.published_at is None) == (first.confidence == "none")
    if first.published_at:
        assert first.published_at <= first.not_after
        assert first.published_at in {claim.value for claim in claims}


@pytest.mark.parametrize(
    "words", ["1/" * 500_000, "May 3 " * 200_000, "1" * 1_000_000, "in 2020 " * 120_000, "." * 1_000_000]
)
def test_hostile_words_cost_little(words):
    with costs_at_most(3):  # measured: under .5 s; a pattern that backtracks takes minutes
        claim = read_claim("visible", words)
        weigh_claims([claim], text=words, agency="AP", seen_at=SEEN)
        weigh_claims([], text=words, agency="AP", seen_at=SEEN)
        find_named_days(words[:100_000])


def test_thousands_of_time_elements_are_weighed_quickly():
    claims = [read_claim("time", (SEEN - timedelta(hours=n)).isoformat()) for n in range(3_000)]
    with costs_at_most(3):
        assert weigh_claims(claims, text="", agency=None, seen_at=SEEN).published_at is not None
