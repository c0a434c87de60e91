"""Find what an article's page states anew while its text stays: another title, author, date or address."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storyfold.dates.weigh import CLAIM_ORIGINS, FUTURE, SERVED, claims_agree, weigh_claims
from storyfold.identity.ids import hash_id
from storyfold.schemas import Article, ArticleChange
from storyfold.schemas.changes import What
from storyfold.schemas.pages import DateClaim, Notice, Precision, get_seen_date
from storyfold.web.replays import find_represented_url

# Feeds and sitemaps list a page in some runs and not in others: their date for it is not the page's own.
_OWN_PLACES = frozenset(CLAIM_ORIGINS) - {"feed", "sitemap"}
_ADDRESSES = frozenset({"url", "canonical_url"})
_NOON = timedelta(hours=12)  # midnight of a day in its zone lies within 12 hours of the UTC midnight of that day


@dataclass(slots=True)
class _Known:
    """Hold an article as it was seen last: its text, its addresses, and the metadata of its page as words."""

    version: int
    texts: frozenset[str]
    addresses: set[str]
    content_sha256: str
    seen_at: datetime
    words: dict[What, str | None]
    notices: frozenset[Notice]
    claims: frozenset[tuple[str, str]]
    dated_by: DateClaim | None


def find_changes(
    articles: Iterable[Article],
    new: Iterable[Article],
    stored: Mapping[str, Article],
    since: Mapping[str, Sequence[ArticleChange]],
    moved: Collection[str],
) -> list[ArticleChange]:
    """Find the changes that the run's pages show, by article and in the order in which they were seen.

    `new` are those of the run's `articles` that land as versions; `stored` are the current versions of the lake,
    `since` the changes that landed after them; `moved` are the ids of articles that have a second address. A page is
    compared with what was seen last at the same address, if it is later and of the same text: an older page that an
    archive brings is no change. Of the same bytes only the address can change: a newer version of this program that
    reads them otherwise changes nothing.
    """
    versions = {_make_key(article): article.version for article in new}
    known = {name: _read_stored(article, since.get(name, ())) for name, article in stored.items()}
    found: list[ArticleChange] = []
    for article in sorted(articles, key=lambda a: (a.article_id, a.first_seen_at, a.content_sha256, a.location)):
        name, last = article.article_id, known.get(article.article_id)
        if version := versions.get(_make_key(article)):
            if last is None or article.first_seen_at >= last.seen_at:
                known[name] = _read_known(article, version)
        elif last and article.first_seen_at > last.seen_at and last.texts & _list_text_hashes(article):
            now = _read_known(article, last.version)
            if last.addresses & now.addresses:
                found += _compare_pages(article, last, now, moved)
                known[name] = _add_known(last, now)
    return found


def _make_key(article: Article) -> tuple[str, str, int, str]:
    return (article.article_id, article.location, article.warc_offset, article.content_sha256)


def _list_text_hashes(article: Article) -> frozenset[str]:
    return frozenset({article.text_sha256, article.uncut_sha256 or article.text_sha256})


def _read_known(article: Article, version: int) -> _Known:
    dated_by = _find_own_date(article)
    return _Known(
        version=version,
        texts=_list_text_hashes(article),
        addresses=_list_addresses(article),
        content_sha256=article.content_sha256,
        seen_at=article.first_seen_at,
        words={
            "title": article.title,
            "authors": "; ".join(article.authors) or None,
            "published_at": _write_date(dated_by),
            "url": None if article.url_is_claim else article.url,
            "canonical_url": article.canonical_url,
        },
        notices=frozenset(article.notices),
        claims=frozenset((c.where, c.words) for c in article.date_claims),
        dated_by=dated_by,
    )


def _read_stored(article: Article, since: Sequence[ArticleChange]) -> _Known:
    """Return what the lake knows last of an article: its current version, and what changed after it."""
    known = _read_known(article, article.version)
    for change in sorted((c for c in since if c.version == article.version), key=lambda c: (c.seen_at, c.change_id)):
        known.words[change.what] = change.after
        known.seen_at = max(known.seen_at, change.seen_at)
        known.notices |= frozenset(change.notices)
        known.content_sha256 = ""  # its bytes are not the landed ones any more
        if change.what == "url" and change.after:
            known.addresses.add(_remove_query(change.after))
        if change.what == "published_at":
            known.dated_by = None
    return known


def _add_known(last: _Known, now: _Known) -> _Known:
    """Return the page as seen now, with all addresses and notices that were known before."""
    now.addresses |= last.addresses
    now.notices |= last.notices
    return now


def _list_addresses(article: Article) -> set[str]:
    """Return the addresses or the file by which a page is known to be the same; an archive file holds many pages."""
    own = [article.url, article.location if article.location != article.warc_file else None]
    return {_remove_query(address) for address in own if address}


def _remove_query(address: str) -> str:
    """Return an address without its query, in which sites put what changes from visit to visit."""
    return (find_represented_url(address) or address).partition("?")[0]


def _compare_pages(article: Article, last: _Known, now: _Known, moved: Collection[str]) -> list[ArticleChange]:
    notices = tuple(notice for notice in article.notices if notice not in last.notices)
    address = article.url or article.location
    dated = f"{now.dated_by.where}: {now.dated_by.words}" if now.dated_by else address
    # Where no page has moved, another canonical address is another rule of reading it: it decides the article's id.
    is_moved = article.article_id in moved
    is_same = now.content_sha256 == last.content_sha256  # the same bytes, that another program may read otherwise
    rows = []
    for what, before in last.words.items():
        after = now.words[what]
        passed = (is_same and what not in _ADDRESSES) or (what == "canonical_url" and not is_moved)
        if passed or not _differs(what, last, now):
            now.words[what] = before  # what is known stays what it is compared with
            continue
        rows.append(
            ArticleChange(
                change_id=hash_id(
                    "change", article.article_id, last.version, what, before, after, article.first_seen_at.isoformat()
                ),
                article_id=article.article_id,
                version=last.version,
                seen_date=get_seen_date(article.first_seen_at),
                seen_at=article.first_seen_at,
                what=what,
                before=before,
                after=after,
                evidence=dated if what == "published_at" else address,
                notices=notices,
            )
        )
    return rows


def _differs(what: What, last: _Known, now: _Known) -> bool:
    before, after = last.words[what], now.words[what]
    if what == "url" and (before is None or after is None):  # a saved page stands nowhere, so it has not moved
        return False
    if before is None or after is None:
        return before is not after
    if what == "published_at":
        return not _is_same_date(before, after) and not _are_both_claimed(last, now)
    if what == "url":
        return _remove_query(before) != _remove_query(after)
    if what == "authors":
        return _collapse_spaces(before).casefold() != _collapse_spaces(after).casefold()
    return _collapse_spaces(before) != _collapse_spaces(after)


def _collapse_spaces(words: str) -> str:
    return " ".join(words.split())


def _find_own_date(article: Article) -> DateClaim | None:
    """Find the claim by which the page dates itself, weighed as ever but against nothing else that is known of it.

    A date in the future counts too, where the page has no other; the time at which it is served does not, nor does
    the bare line with today's date that stands over every page.
    """
    seen = article.first_seen_at
    own = [
        c for c in article.date_claims if c.where in _OWN_PLACES and c.value and not _is_date_stamp(c, c.value, seen)
    ]
    latest = max((c.value for c in own if c.value), default=seen)
    for at in (seen, latest + 2 * FUTURE):
        dating = weigh_claims(own, text="", agency=None, seen_at=at)
        chosen = [claim for claim in own if claim.value == dating.published_at]
        if chosen:
            return min(chosen, key=lambda c: (c.precision == "day", CLAIM_ORIGINS.index(c.where), c.words))
    return None


def _is_date_stamp(claim: DateClaim, value: datetime, seen: datetime) -> bool:
    if claim.where == "visible" and claim.precision == "day":
        return abs(value + _NOON - seen) <= FUTURE
    return claim.precision != "day" and abs(value - seen) <= SERVED


def _write_date(claim: DateClaim | None) -> str | None:
    """Write `2026-03-02` for a day, `2026-03-02T09:00+00:00` for a minute, with seconds where the page has them."""
    if claim is None or claim.value is None:
        return None
    instant = claim.value.astimezone(UTC)
    if claim.precision == "day":
        return (instant + _NOON).date().isoformat()
    return instant.isoformat(timespec="minutes" if claim.precision == "minute" else "seconds")


def _is_same_date(before: str, after: str) -> bool:
    """Say whether two dates may be one: another precision alone is no change."""
    if len(before) == len(after):
        return before == after
    if min(len(before), len(after)) > len("2026-03-02"):
        return datetime.fromisoformat(before).replace(second=0) == datetime.fromisoformat(after).replace(second=0)
    return claims_agree(_make_claim(before), _make_claim(after))


def _make_claim(words: str) -> DateClaim:
    instant = datetime.fromisoformat(words)
    precision: Precision = "day" if len(words) == len("2026-03-02") else "minute"
    return DateClaim(where="", words=words, value=instant.replace(tzinfo=instant.tzinfo or UTC), precision=precision)


def _are_both_claimed(last: _Known, now: _Known) -> bool:
    """Say whether both dates stood on both pages: then another one was preferred, and the pages state the same."""
    if last.dated_by is None or now.dated_by is None:
        return False
    before, after = ((d.where, d.words) for d in (last.dated_by, now.dated_by))
    return before in now.claims and after in last.claims
