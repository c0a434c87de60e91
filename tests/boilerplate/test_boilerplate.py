"""What other pages cut from a text, and what they never do."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests_support import costs_at_most

from storyfold.boilerplate.cut import CrossPages, NoKnownPages, rebuild_text
from storyfold.settings.boilerplate import BoilerplateSettings
from storyfold.text.line_keys import NO_KEY, SEPARATOR, make_line_key, scan_lines, split_lines

VERBS = "closed opened moved failed returned waited".split()
NOUNS = "harbour council ferry orchard mill signal lantern quarry bridge archive kitchen tower meadow engine".split()


def sentence(number, words=24):
    chance = random.Random(number)
    return " ".join(chance.choice(NOUNS + VERBS) for _ in range(words)).capitalize() + f" in case {number}."


def text(number, lines=8):
    return [sentence(1000 * number + line) for line in range(lines)]


def title(number):
    chance = random.Random(-number)
    return " ".join(chance.sample(NOUNS, 6)).capitalize() + f" {number}"


def cut(pages, **settings):
    """The cuttings of pages given as (outlet, title, lines), in their order."""
    night = CrossPages(BoilerplateSettings(**settings))
    for number, (outlet, heading, lines) in enumerate(pages):
        night.add(f"page-{number:03}", outlet, heading, SEPARATOR.join(lines))
    night.compare(NoKnownPages())
    return [night.cut(number, SEPARATOR.join(lines)) for number, (_, _, lines) in enumerate(pages)]


def papers(count=6, outlet="Vale Tribune"):
    return [(outlet, title(number), text(number)) for number in range(count)]


def with_lines(page, at, *lines):
    outlet, heading, body = page
    at = len(body) if at is None else at
    return (outlet, heading, [*body[:at], *lines, *body[at:]])


def bodies(cuttings):
    return [cutting.body.split(SEPARATOR) for cutting in cuttings]


@pytest.mark.parametrize("at", [0, 4, None], ids=["top", "middle", "end"])
@pytest.mark.parametrize("heading", [[], ["Related"], ["Mehr zum Thema:"], ["Lee también"], ["More from the valley"]])
def test_a_list_of_other_pages_headlines_goes_with_its_heading(at, heading):
    pages = papers()
    cuttings = cut([with_lines(pages[0], at, *heading, title(1), title(2), title(3)), *pages[1:]])
    assert bodies(cuttings) == [page[2] for page in pages]
    reasons = [line.finding.reason for line in cuttings[0].cuts]
    assert reasons == ["list-heading"] * len(heading) + ["other-headline"] * 3
    assert cuttings[0].cuts[-1].finding.example == "page-003"


@pytest.mark.parametrize(
    "shown",
    [
        "{}",
        "1. {}",
        "14:35 {}",
        "POLITICS: {}",
        "Politics {}",
        "{} | Vale Tribune",
        "{} (Video)",
        "{} – 3 hours ago",
        "Read more: {}",
        "» {} 12",
        "“{}”",
    ],
)
def test_one_headline_between_paragraphs_is_known_with_what_stands_around_it(shown):
    pages = papers()
    cuttings = cut([with_lines(pages[0], 4, shown.format(title(3))), *pages[1:]])
    assert bodies(cuttings)[0] == pages[0][2]


def test_a_headline_that_is_cut_off_is_known():
    pages = papers()
    shown = " ".join(title(3).split()[:4]) + " " + title(3).split()[4][:3] + "…"
    assert bodies(cut([with_lines(pages[0], 4, shown), *pages[1:]]))[0] == pages[0][2]


def test_a_list_whose_items_are_one_line_goes():
    pages = papers()
    listed = f"Related {title(1)} 3 hours ago {title(2)} {title(3)} {title(4)}"
    assert bodies(cut([with_lines(pages[0], 4, listed), *pages[1:]]))[0] == pages[0][2]


def test_a_line_that_names_two_headlines_in_passing_stays():
    pages = papers()
    said = f"Nobody at the mill would say whether {title(1)} or rather {title(2)} had been what the council meant"
    assert said in bodies(cut([with_lines(pages[0], 4, said), *pages[1:]]))[0]


def test_small_lines_between_two_headlines_go_with_them():
    pages = papers()
    listed = (title(1), "2 hours ago", "Sport", title(2), "A headline of some page nobody has read", title(3))
    assert bodies(cut([with_lines(pages[0], 4, *listed), *pages[1:]]))[0] == pages[0][2]


def test_a_short_headline_needs_its_neighbours():
    pages = [*papers(), ("Vale Tribune", "Bridge closed", text(50))]
    alone = cut([with_lines(pages[0], 4, "Bridge closed"), *pages[1:]])
    listed = cut([with_lines(pages[0], 4, "Bridge closed", title(2)), *pages[1:]])
    headed = cut([with_lines(pages[0], 4, "Most read", "Bridge closed"), *pages[1:]])
    assert "Bridge closed" in bodies(alone)[0]
    assert bodies(listed)[0] == bodies(headed)[0] == pages[0][2]


def test_running_text_is_no_headline():
    opening = "The ferry to the islands returned to the old harbour"
    pages = papers()
    pages[0] = ("Vale Tribune", title(0), [f"{opening}.", *pages[0][2]])
    pages[1] = ("Vale Tribune", opening, pages[1][2])
    pages[2] = with_lines(pages[2], 3, f"{opening}, said the harbour master, who had waited at the mill all night")
    assert bodies(cut(pages)) == [page[2] for page in pages]


def test_a_sentence_that_is_a_title_with_its_stop_goes_only_in_a_list():
    said = "The old harbour is closed for good."
    pages = [*papers(), ("Vale Tribune", said, text(50))]
    alone = cut([with_lines(pages[0], 0, said), *pages[1:]])
    listed = cut([with_lines(pages[0], None, said, title(2)), *pages[1:]])
    assert bodies(alone)[0][0] == said
    assert bodies(listed)[0] == pages[0][2]


def test_a_page_keeps_its_own_headline():
    pages = papers()
    pages[1] = ("The Daily Lantern", title(0), pages[1][2])  # another page of the same title
    cuttings = cut([with_lines(pages[0], 0, title(0)), *pages[1:]])
    assert bodies(cuttings)[0] == [title(0), *pages[0][2]]


def test_what_a_copy_has_for_its_headline_is_cut_only_from_a_list():
    second = "What the council closed in the valley this spring"
    pages = papers()
    copied = ("The Daily Lantern", second, pages[0][2])
    alone = cut([with_lines(pages[0], 0, second), copied, *pages[1:]])
    listed = cut([with_lines(pages[0], None, "Related", second, title(3)), copied, *pages[1:]])
    assert bodies(alone)[0] == [second, *pages[0][2]]
    assert bodies(listed)[0] == pages[0][2]


def test_a_line_that_an_outlet_repeats_goes_from_all_its_pages_and_from_no_other():
    footer = "Follow the Tribune on every channel there is"
    pages = [with_lines(page, None, footer) for page in papers()]
    other = with_lines(("Kuestenbote", title(40), text(40)), None, footer)
    cuttings = cut([*pages, other])
    assert bodies(cuttings) == [*(page[2][:-1] for page in pages), other[2]]
    assert {line.finding.pages for cutting in cuttings for line in cutting.cuts} == {6}
    assert {line.finding.example for cutting in cuttings for line in cutting.cuts} == {"page-000"}


def test_two_pages_are_no_evidence():
    pages = papers()
    shared = [with_lines(page, 3, "The bridge stays closed") for page in pages[:2]]
    assert bodies(cut([*shared, *pages[2:]]))[:2] == [page[2] for page in shared]


def test_a_text_at_several_addresses_keeps_all_of_it():
    told = text(7)
    same = [("Vale Tribune", title(7), told)] * 3
    live = [("Vale Tribune", f"Live: {title(8)}", text(8, lines)) for lines in (3, 5, 7)]
    pages = [*papers(), *same, *live]
    assert bodies(cut(pages)) == [page[2] for page in pages]


def test_a_refrain_of_one_text_is_its_own():
    pages = papers()
    refrain = [line for part in pages[0][2] for line in (part, "And the river went on")]
    assert bodies(cut([("Vale Tribune", title(0), refrain), *pages[1:]]))[0] == refrain


ABOUT = (
    "About the Vale Tribune: the paper has told of the valley since 1904, belongs to those who read it, and is "
    "printed at the old mill on every day of the year but one, as its founder wished it to be."
)


def test_a_standing_paragraph_goes_if_the_pages_tell_of_different_things():
    heads = ["Ferry late", "Orchard sold", "Choir wins", "School opens", "Quarry ends", "Storm near"]
    pages = [("Vale Tribune", head, [*text(number), ABOUT]) for number, head in enumerate(heads)]
    assert bodies(cut(pages)) == [page[2][:-1] for page in pages]


def test_a_paragraph_carried_from_report_to_report_of_one_affair_stays():
    heads = [f"Merrow {what}" for what in ("closed", "shut for weeks", "inquiry", "repaired", "again open", "costs")]
    pages = [("Vale Tribune", head, [*text(number), ABOUT]) for number, head in enumerate(heads)]
    assert bodies(cut(pages)) == [page[2] for page in pages]


def test_a_text_that_would_be_too_short_is_left_whole():
    pages = papers()
    listed = ("Vale Tribune", title(90), ["A few words.", title(1), title(2), title(3), title(4)])
    cutting = cut([*pages, listed])[-1]
    assert (cutting.body.split(SEPARATOR), cutting.left_whole, cutting.cuts) == (listed[2], True, ())


LINES = st.lists(
    st.one_of(
        st.integers(0, 9).map(title),
        st.integers(0, 40).map(sentence),
        st.sampled_from(["Related", "Most read:", "", " ", "\n", "\u00a0", "Follow us", "* * *", "\ud800", ABOUT]),
        st.text(max_size=40),
    ),
    max_size=14,
)
PAGES = st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.integers(0, 9).map(title), LINES), max_size=9)


@given(PAGES, st.randoms())
def test_the_uncut_text_comes_back_to_the_character_in_whatever_order_the_pages_came(pages, chance):
    given = {f"page-{number}": page for number, page in enumerate(pages)}
    results = []
    for names in (list(given), chance.sample(list(given), len(given))):
        night = CrossPages(BoilerplateSettings())
        numbers = {name: night.add(name, *given[name][:2], SEPARATOR.join(given[name][2])) for name in names}
        night.compare(NoKnownPages())
        results.append({name: night.cut(numbers[name], SEPARATOR.join(given[name][2])) for name in names})
    assert results[0] == results[1]
    for name, cutting in results[0].items():
        assert rebuild_text(cutting.body, [(line.position, line.text) for line in cutting.cuts]) == SEPARATOR.join(
            given[name][2]
        )
        assert not (cutting.cuts and len(cutting.body) < 150)


def test_lines_are_the_same_whatever_their_case_punctuation_and_spaces():
    one, other = "Follow us, on FACEBOOK!", "follow  us on facebook"
    assert make_line_key(one) == make_line_key(other) != make_line_key("follow us on facebooks")
    assert make_line_key("") == make_line_key(" *** ") == NO_KEY


@given(st.text(st.sampled_from("ab.é\ud800字 \n"), max_size=30))
def test_scanned_lines_are_those_that_are_split(body):
    keys, lengths = scan_lines(body)
    lines = split_lines(body)
    assert lengths.tolist() == [len(line) for line in lines]
    assert keys.tolist() == [make_line_key(line) for line in lines]


LONGEST = 8  # seconds of CPU; it took 1, without MAX_STARTS 12, without MAX_LOOKED_UP and MAX_COMPARED minutes


def test_pages_made_to_cost_time_cost_little():
    word = "a " * 700
    titles = ["a " * words for words in range(3, 60)]
    pages = [("Vale Tribune", name, [word + str(n) for n in range(500)]) for name in titles[:3]]
    pages += [("Vale Tribune", name, text(number)) for number, name in enumerate(titles)]
    pages += [("Vale Tribune", title(1), [f"{titles[40]} {n}" for n in range(50_000)])]
    with costs_at_most(LONGEST):
        cut(pages)


def test_how_many_pages_must_have_a_line_is_a_setting():
    footer = "Subscribe to the Tribune for all of the news from the valley"
    pages = [with_lines(page, None, footer) if number < 3 else page for number, page in enumerate(papers())]
    assert bodies(cut(pages)) == [lines for _, _, lines in papers()]
    assert bodies(cut(pages, line_pages=4)) == [lines for _, _, lines in pages]
    assert [cutting.left_whole for cutting in cut(pages, most_cut=0.0)] == [True] * 3 + [False] * 3
