"""Which id an article goes by, where the lake has it under another: of an older version, or of its old address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from storyfold.identity.former_ids import former_canonical
from storyfold.schemas.aliases import ArticleAlias, FormerId
from storyfold.schemas.pages import Article


@dataclass(frozen=True, slots=True)
class Held:
    """An article that the lake holds: when it was first seen, and the addresses that its versions came from."""

    first_seen_at: datetime
    urls: frozenset[str | None] = frozenset()

    def is_of(self, url: str | None) -> bool:
        """Whether a version of it came from this address."""
        return former_canonical(url) in {former_canonical(held) for held in self.urls}


@dataclass(frozen=True, slots=True)
class KnownIds:
    """What the lake knows of some ids: the articles among them, and the aliases to and from them."""

    held: Mapping[str, Held] = field(default_factory=dict)
    aliases: Mapping[str, ArticleAlias] = field(default_factory=dict)

    @property
    def owners(self) -> dict[str, str]:
        """The id that today's rules give an article, by the id under which the lake goes on with it."""
        return {a.article_id: a.alias_id for a in self.aliases.values() if a.reason == "new-address"}


@dataclass(slots=True)
class SettledIds:
    """The id that each of tonight's articles goes by, and the aliases that the lake does not have yet."""

    ids: dict[str, str] = field(default_factory=dict)
    aliases: list[ArticleAlias] = field(default_factory=list)

    def moved(self, known: KnownIds) -> set[str]:
        """The articles that have moved, tonight or before."""
        return {a.article_id for a in (*known.aliases.values(), *self.aliases) if a.reason == "moved"}


@dataclass(frozen=True, slots=True)
class AtAddress:
    """An article that the lake has at an address: its id, when it was first seen, its current text as hashes."""

    article_id: str
    first_seen_at: datetime
    texts: frozenset[str]


def settle_ids(tonight: Collection[str], former: Iterable[FormerId], known: KnownIds, run_date: date) -> SettledIds:
    """The id of each of tonight's articles: its own, or the one under which the lake has it.

    An article goes by the alias that the lake has of it. Where there is none, it goes by what the lake holds of it:
    under today's id, or under a former one, if a version there came from the same address. Of several that one which
    other aliases lead to already, else the first seen, else the smallest id; the others become aliases of it and stay
    as they are. A former id is taken over by one article only: its own address's, else the smallest id's.
    """
    settled, claimed = SettledIds(), _claimed(tonight, former, known)
    leading = {alias.article_id for alias in known.aliases.values()}
    for name in sorted(tonight):
        others = claimed.get(name, set())
        chosen = _chosen(name, others, known, leading)
        settled.ids[name] = chosen
        for other in sorted({name, *others} - {chosen} - known.aliases.keys() - leading):
            settled.aliases.append(
                ArticleAlias(
                    alias_id=other,
                    article_id=chosen,
                    reason="new-address" if other == name else "former-address",
                    run_date=run_date,
                )
            )
            leading.add(chosen)
    return settled


def settle_moves(
    settled: SettledIds, strangers: Iterable[Article], at: Mapping[str, Sequence[AtAddress]], run_date: date
) -> None:
    """Let a page that has moved go by the id that the lake has of it, and note the id of its new address as an alias.

    `strangers` are articles of tonight that the lake has under no id, `at` has the articles at the addresses that they
    were asked at. One that led elsewhere tonight (a redirect, another canonical link) has moved if its text is the
    same, and if the article is at no other address tonight; a redirect to another article or to the front page is
    none. Of several articles at an address it is the first seen, then the smallest id.
    """
    live = set(settled.ids.values())
    tonight = {alias.alias_id: alias.article_id for alias in settled.aliases}
    for page in sorted(strangers, key=lambda a: (a.article_id, a.location)):
        name = page.article_id
        held = [h for h in at.get(page.location, ()) if page.text_sha256 in h.texts]
        there = [h for h in held if tonight.get(h.article_id, h.article_id) not in live]
        if there and settled.ids[name] == name:
            chosen = min(there, key=lambda h: (h.first_seen_at, h.article_id)).article_id
            chosen = tonight.get(chosen, chosen)  # an alias never leads to another
            settled.ids[name] = chosen
            settled.aliases.append(ArticleAlias(alias_id=name, article_id=chosen, reason="moved", run_date=run_date))


def _chosen(name: str, others: Collection[str], known: KnownIds, leading: Collection[str]) -> str:
    if name in known.aliases:
        return known.aliases[name].article_id
    if name in leading:
        return name
    held = {known.aliases[o].article_id if o in known.aliases else o for o in others} | ({name} & known.held.keys())
    return min(held, key=lambda o: (o not in leading, known.held[o].first_seen_at, o), default=name)


def _claimed(tonight: Collection[str], former: Iterable[FormerId], known: KnownIds) -> dict[str, set[str]]:
    """The former ids under which the lake holds tonight's articles, by today's id; each with one article only."""
    claims: defaultdict[str, set[str]] = defaultdict(set)
    for row in former:
        if (held := known.held.get(row.former_id)) and held.is_of(row.url):
            claims[row.former_id].add(row.article_id)
    owners, claimed = known.owners, defaultdict[str, set[str]](set)
    for former_id, names in claims.items():
        owner = owners.get(former_id) or (former_id if former_id in tonight else min(names))
        if owner in names:
            claimed[owner].add(former_id)
    return claimed
