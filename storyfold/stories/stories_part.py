"""Write a run's part of stories: its articles grouped with each other and with the lake's."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from storyfold.credits.listed_outlets import OutletList
from storyfold.lake.lake import Lake
from storyfold.lake.look_ups import look_up
from storyfold.lake.stored_files import StoredFiles
from storyfold.outcomes import StageCounts
from storyfold.run.assemble import get_corrected_folder, get_current_folder, get_replaced_stories_folder
from storyfold.run.attempt import Attempt
from storyfold.run.outlet_facts import find_outlet_facts
from storyfold.run.parts import Part, read_arrow_table, read_part, write_part_tables
from storyfold.run.pins_in_force import read_pins
from storyfold.schemas import (
    Article,
    FamilyMember,
    Lineage,
    Membership,
    OutletFact,
    Story,
    StoryFollows,
    StoryLink,
    StoryText,
    TextNames,
    TextTerms,
)
from storyfold.schemas.columns import make_arrow_table
from storyfold.settings.stories import StorySettings
from storyfold.stories.cluster import cluster_stories
from storyfold.stories.queries import NIGHT_TABLES, StoriesInLake
from storyfold.stories.texts import Night


def write_stories(
    attempt: Attempt, lake: Lake, copies: Part, settings: StorySettings, outlets: OutletList, out: Path
) -> Part:
    """Write and return a part with what this run brings: stories, memberships, changes of identity, what is followed.

    Beside them is what the list of outlets says of the night's outlets, and what it says otherwise of the lake's. What
    the lake's rows of `story_texts` and `story_links` no longer hold is written into a folder beside it.
    """
    started = time.monotonic()
    night = read_night(attempt, copies)
    with lake.connect() as connection, look_up(connection):
        night = replace(night, pins=read_pins(connection))
        connection.register(NIGHT_TABLES[TextTerms], night.terms)
        connection.register(NIGHT_TABLES[TextNames], night.names)
        stored = StoriesInLake(connection, StoredFiles(connection))
        found = cluster_stories(night, stored, attempt.run_date, settings, outlets)
        facts = find_outlet_facts(connection, night.articles, outlets, attempt.run_date)
    articles = len(night.articles)
    counts = StageCounts("stories", articles, articles, seconds=time.monotonic() - started)
    gone = {StoryText: found.replaced_texts, StoryLink: found.replaced_links}
    number = sum(map(len, gone.values()))
    write_part_tables(get_replaced_stories_folder(attempt), gone, StageCounts("stories", number, number))
    tables = {
        Story: make_arrow_table(found.stories, Story),
        Membership: make_arrow_table(found.memberships, Membership),
        Lineage: make_arrow_table(found.lineage, Lineage),
        StoryFollows: make_arrow_table(found.follows, StoryFollows),
        StoryText: found.texts,
        StoryLink: found.links,
        OutletFact: make_arrow_table(facts, OutletFact),
    }
    return write_part_tables(out, tables, counts)


def read_night(attempt: Attempt, copies: Part) -> Night:
    """Read what the stages before have made: what they correct is among the terms, too."""
    folders = (attempt.stage("versions") / "night", get_current_folder(attempt), get_corrected_folder(attempt))
    versions, current, corrected = ([part] if (part := read_part(folder)) else [] for folder in folders)
    known = read_arrow_table(corrected, TextTerms)
    return Night(
        read_arrow_table(current, Article),
        read_arrow_table([copies], FamilyMember),
        pa.concat_tables([read_arrow_table(versions, TextTerms), known]),
        known,
        pa.concat_tables([read_arrow_table(versions, TextNames), read_arrow_table(corrected, TextNames)]),
    )
