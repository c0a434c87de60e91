"""A lake without stories, for tests of one night."""

from storyfold.schemas.copies import FamilyMember
from storyfold.schemas.pages import Article
from storyfold.schemas.stories import Membership, Story


class NoKnownStories:
    """Return nothing, as from an empty lake."""

    def read_articles(self) -> list[Article]:
        return []

    def read_memberships(self) -> list[Membership]:
        return []

    def read_stories(self) -> list[Story]:
        return []

    def read_families(self) -> list[FamilyMember]:
        return []
