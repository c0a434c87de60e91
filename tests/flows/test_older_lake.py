"""A night on a lake that an older version made: it is migrated first, and no known page becomes a new version."""

import pytest
from tests_support import unpack_older_lake

from flows.lake_form import load_form
from storyfold.lake.audit import audit_lake
from storyfold.lake.lake import Lake

FORM = load_form()


@pytest.mark.slow
def test_the_next_night_migrates_it_and_makes_no_known_page_a_new_version(storyfold, ask, tmp_path):
    folder = unpack_older_lake(tmp_path / "home")
    versions = "SELECT article_id, version, text_sha256 FROM articles ORDER BY ALL"
    families = "SELECT article_id, family_id, role FROM current_families ORDER BY ALL"
    stories = "SELECT article_id, story_id FROM current_memberships ORDER BY ALL"
    aliases = "SELECT alias_id, article_id FROM article_aliases ORDER BY ALL"
    held = {query: ask(folder, query) for query in (versions, families, stories, aliases)}
    for night in ("2026-03-04", "2026-03-05"):
        done = storyfold("nightly", "--sources", tmp_path / "home" / "sources.toml", "--lake", folder, "--night", night)
        assert "0 new articles" in done.stdout.decode()
        made_anew = "making 9 sketches of texts anew" in done.stderr.decode()
        assert made_anew == (night == "2026-03-04")
        assert {query: ask(folder, query) for query in held} == held
    lake = Lake(folder)
    assert lake.compare(FORM).describe(folder) is None
    assert {finding.state for finding in audit_lake(lake, FORM.views, steps=FORM.steps)} == {"ok"}


@pytest.mark.slow
def test_a_changed_page_of_it_is_its_next_version_in_the_same_family_and_story(storyfold, ask, tmp_path):
    folder = unpack_older_lake(tmp_path / "home")
    page = tmp_path / "home" / "pages" / "vale" / "ferry.html"
    page.write_text(page.read_text(encoding="utf-8").replace("until eight", "until ten at night"), encoding="utf-8")
    query = (
        "SELECT version, family_id, role, story_id FROM current_articles JOIN current_versions "
        "USING (article_id, version) WHERE source_id = 'vale' AND title LIKE 'Ferry%'"
    )
    (before,) = ask(folder, query)
    storyfold("nightly", "--sources", tmp_path / "home" / "sources.toml", "--lake", folder, "--night", "2026-03-04")
    (after,) = ask(folder, query)
    assert after == before | {"version": before["version"] + 1}
    assert after["role"] == "syndicated"
