"""Name the publisher of an article, by what its row says: outlet, address, source.

Each stage needs another of these names: `copies` compares pages of outlets, whose names or domains alone are evidence;
`boilerplate` and the counts of outlets need a name for every article; `stories` counts publishers, which may be known
by several names at once.
"""

from __future__ import annotations

from storyfold.credits.agency_outlets import find_credited_agency
from storyfold.credits.listed_outlet import ListedOutlet
from storyfold.credits.listed_outlets import OutletList
from storyfold.schemas.pages import Article
from storyfold.web.publishers import find_publisher


def find_address_publisher(article: Article) -> str | None:
    """Return the registrable domain of the article's address, else of its canonical one; None without a host."""
    return find_publisher(article.url) or find_publisher(article.canonical_url)


def find_original_publisher(article: Article) -> str | None:
    """Return the registrable domain of the address that the page names as its original, else of its canonical one."""
    return find_publisher(article.original_url or article.canonical_url)


def find_outlet(article: Article) -> str | None:
    """Return the outlet whose page it is, else the domain that it came from; None where nothing says so.

    Never the source: two files of unknown origin in one folder are no evidence of one outlet.
    """
    return find_outlet_of(article.outlet, article.url, article.canonical_url)


def find_outlet_of(outlet: str | None, url: str | None, canonical_url: str | None) -> str | None:
    """Return the outlet of a page by what its row says, as `find_outlet` does."""
    return outlet or find_publisher(url) or find_publisher(canonical_url)


def name_outlet_or_source(article: Article) -> str:
    """Return the outlet, else the id of the source: a source is one outlet, named or not."""
    return article.outlet or article.source_id


def name_article(article: Article) -> str:
    """Return what a sentence of evidence calls the article: its outlet, else its own id."""
    return find_outlet(article) or article.article_id


def find_listed_outlet(article: Article, outlets: OutletList) -> ListedOutlet | None:
    """Return the row of a list for the article's address, else for the outlet that it names."""
    return outlets.find(article.outlet, article.url or article.canonical_url)


def list_source_names(article: Article, outlets: OutletList) -> list[str]:
    """Return all names by which the source of a text is known; two articles with one in common have one source.

    A text that is an agency's has that agency as its only source. Of an outlet that is listed, the row and its owner
    are names too; one that is listed as another's mirror has the other's names, and one of several others has none. A
    name says first of which kind it is, so that an outlet called as a source's id is not that source.
    """
    if agency := find_credited_agency(article):
        return [f"agency {agency}"]
    listed = find_listed_outlet(article, outlets)
    if listed and listed.is_mirror:
        return _list_mirrored_names(listed, outlets)
    known = _list_own_names(article.outlet, find_address_publisher(article)) or [f"source {article.source_id}"]
    return [*known, *_list_row_names(listed)] if listed else known


def _list_own_names(outlet: str | None, publisher: str | None) -> list[str]:
    name = " ".join((outlet or "").casefold().split())
    return [*([f"outlet {name}"] if name else []), *([f"publisher {publisher}"] if publisher else [])]


def _list_row_names(row: ListedOutlet) -> list[str]:
    owner = " ".join((row.owner or "").casefold().split())
    return [f"listed {row.key}", *([f"owner {owner}"] if owner else [])]


def _list_mirrored_names(row: ListedOutlet, outlets: OutletList) -> list[str]:
    """List the names of the outlet that a row mirrors, by a domain or a name."""
    if row.mirror_of is None:
        return []
    other = outlets.find_named(row.mirror_of)
    is_domain = "." in row.mirror_of and not any(map(str.isspace, row.mirror_of))
    publisher = find_publisher(f"https://{row.mirror_of}") if is_domain else None
    own = _list_own_names(None if publisher else row.mirror_of, publisher)
    return [*own, *_list_row_names(other)] if other else own
