"""Respond for each address of the demo's web at an instant: pages, feeds, sitemaps, robots.txt, front pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Any

import jinja2
from markupsafe import Markup, escape

from storyfold.demo_web.content import Outlet, Page, Revision, Web

LISTS = {"rss": "/feed.xml", "atom": "/atom.xml", "sitemap": "/news-sitemap.xml"}
LIST_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "sitemap": "application/xml"}
RELATED = 6  # headlines next to an article: as many as news pages commonly have
AROUND = 24  # of the mirror, before and after the text: link lists longer than the text itself
ROBOTS = "User-agent: *\nDisallow: /print/\nDisallow: /search\nSitemap: {base}{path}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Hold a response before compression; `modified` is when its content last changed."""

    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    body: bytes = b""
    modified: datetime | None = None
    location: str | None = None


class Site:
    """Hold the web at its addresses; `addresses` maps an outlet's id to the start of its URLs, without a last slash."""

    def __init__(self, web: Web, addresses: Mapping[str, str]) -> None:
        self.web = web
        self.addresses = addresses
        self._pages = {(p.outlet, p.path): p for p in web.pages}
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(web.folder / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["rfc822"] = format_datetime

    def make_url(self, page: Page) -> str:
        """Return the page's full address."""
        return self.addresses[page.outlet] + page.path

    def make_list_url(self, outlet: Outlet) -> str:
        """Return the address of the outlet's feed or sitemap."""
        return self.addresses[outlet.id] + LISTS[outlet.lists]

    def respond(self, outlet_id: str, path: str, now: datetime) -> Reply:
        """Return this outlet's response to a path at an instant; nothing raises for an unknown path."""
        outlet = self.web.get_outlet(outlet_id)
        if path == "/robots.txt":
            text = ROBOTS.format(base=self.addresses[outlet.id], path=LISTS[outlet.lists])
            return Reply(content_type="text/plain; charset=utf-8", body=text.encode(), modified=self.web.nights[0])
        if path == LISTS[outlet.lists]:
            return self._render_list(outlet, now)
        if path == "/":
            return self._render(outlet, "front", outlet.name, now, modified=now)
        page = self._pages.get((outlet_id, path))
        revision = page.find_revision(now) if page else None
        if page is None or revision is None or page.kind == "gone":
            return self._render(outlet, "message", "Page not found", now, status=404)
        if page.kind == "redirect":
            return Reply(status=301, location=self.addresses[outlet_id] + page.target)
        return self._render_page(outlet, page, revision, now)

    def _render_page(self, outlet: Outlet, page: Page, revision: Revision, now: datetime) -> Reply:
        if page.kind in ("list", "soft-404"):
            form = "front" if page.kind == "list" else "message"
            return self._render(outlet, form, revision.title, now, lines=revision.paragraphs, modified=revision.at)
        if page.kind == "print":
            page = replace(self._pages[outlet.id, page.target], path=page.path)
            revision = page.find_revision(now) or page.revisions[0]
        shown = replace(revision, paragraphs=tuple(self._link(page, paragraph) for paragraph in revision.paragraphs))
        return self._render(outlet, "article", revision.title, now, page=page, revision=shown, modified=revision.at)

    def _link(self, page: Page, paragraph: str) -> str:
        """Return a paragraph with the page's links around their words, as markup that templates take as it is."""
        markup = escape(paragraph)
        for words, leads_to in page.links:
            outlet, _, path = leads_to.rpartition(" ")
            address = self.addresses[outlet] + path if outlet else leads_to
            markup = Markup(markup.replace(escape(words), Markup('<a href="{}">{}</a>').format(address, words)))  # noqa: S704
        return markup

    def _render_list(self, outlet: Outlet, now: datetime) -> Reply:
        pages = self.web.list_published(now, outlet.id)
        entries = [
            {"page": p, "url": self.make_url(p), "revision": p.find_revision(now), "summary": _summarize(p, now)}
            for p in pages
        ]
        newest = max((r.at for p in pages for r in p.revisions if r.at <= now), default=now)
        text = self._templates.get_template(f"{outlet.lists}.xml").render(
            outlet=outlet,
            base=self.addresses[outlet.id],
            entries=entries,
            updated=newest,
            self_url=self.make_list_url(outlet),
        )
        media_type = LIST_TYPES[outlet.lists]
        return Reply(content_type=f"{media_type}; charset=utf-8", body=text.encode("utf-8"), modified=newest)

    def _render(
        self,
        outlet: Outlet,
        form: str,
        title: str,
        now: datetime,
        *,
        status: int = 200,
        modified: datetime | None = None,
        **values: Any,
    ) -> Reply:
        page: Page | None = values.get("page")
        context = {
            "form": form,
            "title": title,
            "outlet": outlet,
            "base": self.addresses[outlet.id],
            "page": page,
            "url": self.make_url(page) if page else None,
            "revision": values.get("revision"),
            "lines": values.get("lines", ()),
            "related": self._list_related(outlet, page, now),
            "elsewhere": self._list_elsewhere(outlet, page, now),
        }
        text = self._templates.get_template(outlet.template).render(context)
        if page is not None and page.is_broken:
            text = break_markup(text)
        charset = f"; charset={outlet.charset}" if outlet.says_charset else ""
        body = text.encode(outlet.charset, "xmlcharrefreplace")
        return Reply(status=status, content_type=f"text/html{charset}", body=body, modified=modified)

    def _list_related(self, outlet: Outlet, page: Page | None, now: datetime) -> list[dict[str, str]]:
        """List headlines of the same outlet: those that were out when the page was, so that a page stays as it is."""
        pages = self.web.list_published(page.published if page else now, outlet.id)
        most = RELATED if page else len(pages)
        return [self._make_link(p) for p in pages if p.path != (page and page.path) and p.is_article][:most]

    def _list_elsewhere(self, outlet: Outlet, page: Page | None, now: datetime) -> list[dict[str, str]]:
        """List headlines of other outlets, for a page that is mostly links."""
        pages = self.web.list_published(page.published if page else now)
        return [self._make_link(p) for p in pages if p.outlet != outlet.id and p.is_article][: 2 * AROUND]

    def _make_link(self, page: Page) -> dict[str, str]:
        return {"url": self.make_url(page), "title": page.revisions[0].title}


def _summarize(page: Page, now: datetime) -> str:
    revision = page.find_revision(now)
    return revision.paragraphs[0][:200] if revision and revision.paragraphs else ""


def break_markup(text: str) -> str:
    """Return the same page as careless hands leave it: paragraphs and blocks never closed, a stray tag, no end."""
    opened = re.sub(r"</(?:p|div|li|section|main|body|html)>", "", text)
    return opened.replace("<p>", "<p><b></i>", 1).replace("</h1>", "</h2>", 1)
