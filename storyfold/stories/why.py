"""Say in one line why the texts of a story belong together: what several of them share, and when they are dated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from storyfold.schemas.stories import Story
from storyfold.text.normalize import split_words

SHARED_NAMES, SHARED_NUMBERS, SHARED_WORDS = 3, 2, 4  # as many as fit a line of a report


def explain_story(
    story: Story, words: Sequence[tuple[str, int]], likeness: float, times: Sequence[datetime], languages: int = 1
) -> str | None:
    """Explain a story in one line of English; None for a single article, which nothing was put together with.

    `words` are its keywords with the number of texts that have each, `likeness` the mean similarity of its texts (0 to
    1), `times` the confident dates of its articles, ascending, `languages` how many known ones its texts are in.
    """
    if story.articles < 2:
        return None
    texts = story.own_texts or 0
    if texts < 2:
        return f"{story.articles} articles print one text{_tell_times(story.articles, times)}"
    shared = [*_list_names(story), *_list_numbers(story), *_list_words(story, words)]
    whole = f"no single name, number or keyword, but are alike as a whole ({likeness:.2f})"
    within = f" in {languages} languages" if languages > 1 else ""
    told = f"{texts} texts of {_count(story.independent_sources, 'source')}{within} share {'; '.join(shared) or whole}"
    return told + _tell_times(story.articles, times)


def _list_names(story: Story) -> list[str]:
    named = [f"{n.name} ({n.texts})" for n in story.names or () if n.texts > 1][:SHARED_NAMES]
    return [", ".join(named)] if named else []


def _list_numbers(story: Story) -> list[str]:
    shared = [n for n in story.numbers or () if n.texts > 1][:SHARED_NUMBERS]
    listed = [f"{' '.join(part for part in (n.written, n.counted) if part)} ({n.texts})" for n in shared]
    return [", ".join(listed)] if listed else []


def _list_words(story: Story, words: Sequence[tuple[str, int]]) -> list[str]:
    """List the keywords of several texts that are no part of a name told already."""
    told = {part for n in (story.names or ())[:SHARED_NAMES] if n.texts > 1 for part in split_words(n.name)}
    shared = [(word, texts) for word, texts in words if texts > 1 and told.isdisjoint(split_words(word))]
    listed = ", ".join(f"{word} ({texts})" for word, texts in shared[:SHARED_WORDS])
    return [f"the words {listed}" if len(shared) > 1 else f"the word {listed}"] if listed else []


def _tell_times(articles: int, times: Sequence[datetime]) -> str:
    """Tell the days of what is dated, and how many articles are not."""
    if not times:
        return "; none is surely dated"
    first, last = (time.astimezone(UTC).date() for time in (times[0], times[-1]))
    days = f"on {first}" if first == last else f"from {first} to {last}"
    undated = articles - len(times)
    return f"; dated {days}" + (f", {undated} without a sure date" if undated else "")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
