"""Resolve the id of an article that the lake has under another: of an older version, or of its old address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from storyfold.identity.former_ids import former_canonical
from storyfold.schemas.aliases import ArticleAlias, FormerId


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article that the lake stores: when it was first seen, and the addresses that its versions came from."""

    first_seen_at: datetime
    urls: frozenset[str | None] = frozenset()

    def has_url(self, url: str | None) -> bool:
        """Return whether a version of it came from this address."""
        return former_canonical(url) in {former_canonical(known_url) for known_url in self.urls}


@dataclass(frozen=True, slots=True)
class KnownIds:
    """The rows of the lake for some ids: the articles among them, and the aliases to and from them."""

    stored: Mapping[str, StoredArticle] = field(default_factory=dict)
    aliases: Mapping[str, ArticleAlias] = field(default_factory=dict)

    @property
    def owners(self) -> dict[str, str]:
        """The id that today's rules give an article, by the id under which the lake goes on with it."""
        return {a.article_id: a.alias_id for a in self.aliases.values() if a.reason == "new-address"}


@dataclass(slots=True)
class ResolvedIds:
    """The id of each article of a run, and the aliases that the lake does not have yet."""

    ids: dict[str, str] = field(default_factory=dict)
    aliases: list[ArticleAlias] = field(default_factory=list)

    def list_moved(self, known: KnownIds) -> set[str]:
        """List the articles that have moved, in this run or before."""
        return {a.article_id for a in (*known.aliases.values(), *self.aliases) if a.reason == "moved"}


@dataclass(frozen=True, slots=True)
class PageToFind:
    """A page of a run by what it may be found by at another address: its id, what was requested, its text as a hash."""

    article_id: str
    location: str
    text_sha256: str


@dataclass(frozen=True, slots=True)
class ArticleAtAddress:
    """An article that the lake has at an address: its id, when it was first seen, its current text as hashes."""

    article_id: str
    first_seen_at: datetime
    texts: frozenset[str]


def resolve_ids(current: Collection[str], former: Iterable[FormerId], known: KnownIds, run_date: date) -> ResolvedIds:
    """Resolve the id of each article of a run (`current`): its own, or the one under which the lake has it.

    An article that the lake has as an alias gets the id that this leads to. Any other gets the id under which the lake
    stores it: today's, or a former one, if a version there came from the same address. Of several ids the one which
    other aliases lead to already is chosen, else the first seen, else the smallest; the others become aliases of it
    and stay as they are. A former id goes to one article only: its own address's, else the smallest id's.
    """
    resolved, claimed = ResolvedIds(), _claim_former_ids(current, former, known)
    alias_targets = {alias.article_id for alias in known.aliases.values()}
    for name in sorted(current):
        others = claimed.get(name, set())
        chosen = _choose_id(name, others, known, alias_targets)
        resolved.ids[name] = chosen
        for other in sorted({name, *others} - {chosen} - known.aliases.keys() - alias_targets):
            resolved.aliases.append(
                ArticleAlias(
                    alias_id=other,
                    article_id=chosen,
                    reason="new-address" if other == name else "former-address",
                    run_date=run_date,
                )
            )
            alias_targets.add(chosen)
    return resolved


def resolve_moves(
    resolved: ResolvedIds, unknown: Iterable[PageToFind], at: Mapping[str, Sequence[ArticleAtAddress]], run_date: date
) -> None:
    """Give a page that has moved the id under which the lake has it, and note the id of its new address as an alias.

    `unknown` are pages of the run that the lake has under no id, `at` has the articles at the addresses from which
    they were requested. One that led elsewhere in this run (a redirect, another canonical link) has moved if its text
    is the same, and if the article is at no other address in this run; a redirect to another article or to the front
    page is no move. Of several articles at an address it is the first seen, then the smallest id.
    """
    used = set(resolved.ids.values())
    aliases = {alias.alias_id: alias.article_id for alias in resolved.aliases}
    for page in sorted(unknown, key=lambda a: (a.article_id, a.location)):
        name = page.article_id
        same = [a for a in at.get(page.location, ()) if page.text_sha256 in a.texts]
        moved = [a for a in same if aliases.get(a.article_id, a.article_id) not in used]
        if moved and resolved.ids[name] == name:
            chosen = min(moved, key=lambda a: (a.first_seen_at, a.article_id)).article_id
            chosen = aliases.get(chosen, chosen)  # an alias never leads to another
            resolved.ids[name] = chosen
            resolved.aliases.append(ArticleAlias(alias_id=name, article_id=chosen, reason="moved", run_date=run_date))


def _choose_id(name: str, others: Collection[str], known: KnownIds, alias_targets: Collection[str]) -> str:
    if name in known.aliases:
        return known.aliases[name].article_id
    if name in alias_targets:
        return name
    own = {name} & known.stored.keys()
    stored = {known.aliases[o].article_id if o in known.aliases else o for o in others} | own
    return min(stored, key=lambda o: (o not in alias_targets, known.stored[o].first_seen_at, o), default=name)


def _claim_former_ids(current: Collection[str], former: Iterable[FormerId], known: KnownIds) -> dict[str, set[str]]:
    """Return the former ids under which the lake stores articles of the run, by today's id; each for one only."""
    claims: defaultdict[str, set[str]] = defaultdict(set)
    for row in former:
        if (article := known.stored.get(row.former_id)) and article.has_url(row.url):
            claims[row.former_id].add(row.article_id)
    owners, claimed = known.owners, defaultdict[str, set[str]](set)
    for former_id, names in claims.items():
        owner = owners.get(former_id) or (former_id if former_id in current else min(names))
        if owner in names:
            claimed[owner].add(former_id)
    return claimed
