"""How well a lake's tables say what is true of the demo's web."""

from itertools import combinations

QUERY = """
    SELECT location, canonical_url, title, body, kind, language, published_at, date_confidence, family_id, role,
        original_article_id, story_id, article_id, authors
    FROM current_articles
"""


def pairs(groups):
    """All pairs of members of one group; `groups` maps a member to its group."""
    members = {}
    for name, group in groups.items():
        members.setdefault(group, []).append(name)
    return {pair for names in members.values() for pair in combinations(sorted(names), 2)}


def f1(found, true):
    if not found and not true:
        return 1.0
    return 2 * len(found & true) / (len(found) + len(true))


def b_cubed_f1(found, true):
    """B-cubed F1 of one grouping against another of the same members."""

    def mean_share(of, against):
        shares = []
        for name in of:
            mine = {other for other in of if of[other] == of[name]}
            theirs = {other for other in against if against[other] == against[name]}
            shares.append(len(mine & theirs) / len(mine))
        return sum(shares) / len(shares)

    precision, recall = mean_share(found, true), mean_share(true, found)
    return 2 * precision * recall / (precision + recall)


def scores(rows, truth):
    """Shares from 0 to 1, by name, and what is wrong, in words."""
    found = {row["location"]: row for row in rows}
    wanted = {page.url: page for page in truth if page.kept}
    wrong = [f"not kept: {url}" for url in sorted(wanted.keys() - found.keys())]
    wrong += [f"kept, but is none: {url}" for url in sorted(found.keys() - wanted.keys())]
    both = sorted(wanted.keys() & found.keys())
    url_of = {row["article_id"]: url for url, row in found.items()}
    original = {url: url_of.get(found[url]["original_article_id"]) for url in both}
    wrong += [
        f"original of {u} is {original[u]}, not {wanted[u].original}" for u in both if original[u] != wanted[u].original
    ]
    for what, key in (("family", "family_id"), ("story", "story_id")):
        true, told = pairs({u: getattr(wanted[u], what) for u in both}), pairs({u: found[u][key] for u in both})
        wrong += [f"one {what}, but told apart: {a} {b}" for a, b in sorted(true - told)]
        wrong += [f"not one {what}, but joined: {a} {b}" for a, b in sorted(told - true)]
    dated = [url for url in both if wanted[url].date_trusted]
    day = {url: (found[url]["published_at"] or "")[:10] for url in both}
    wrong += [f"dated {day[u]}: {u}" for u in dated if day[u] != wanted[u].published_at.date().isoformat()]
    false = [url for url in both if not wanted[url].date_trusted]
    trusted = [u for u in false if found[u]["date_confidence"] in ("high", "medium")]
    wrong += [f"a false date is believed: {u}" for u in trusted]
    titled = [u for u in both if found[u]["title"] == wanted[u].title]
    wrong += [f"title {found[u]['title']!r}: {u}" for u in both if u not in titled]
    kept_right = len(truth) - sum(line.startswith(("not kept", "kept, but")) for line in wrong)
    return {
        "kept": kept_right / len(truth),
        "families": f1(pairs({u: found[u]["family_id"] for u in both}), pairs({u: wanted[u].family for u in both})),
        "originals": sum(original[u] == wanted[u].original for u in both) / len(both),
        "stories": b_cubed_f1({u: found[u]["story_id"] for u in both}, {u: wanted[u].story for u in both}),
        "days": sum(day[u] == wanted[u].published_at.date().isoformat() for u in dated) / len(dated),
        "false dates seen": 1 - len(trusted) / len(false),
        "titles": len(titled) / len(both),
        "bodies": sum(word_f1(found[u]["body"], wanted[u].body) for u in both) / len(both),
    }, wrong


def word_f1(found, true):
    """F1 of runs of four words: 1 where the body is the text and nothing else."""

    def runs(text):
        words = text.split()
        return {tuple(words[n : n + 4]) for n in range(len(words) - 3)}

    return f1(runs(found), runs(true))
