-- a story that stands, by how many independent sources tell it, then outlets, then articles
SELECT
    row_number() OVER (
        ORDER BY
            story.independent_sources DESC, story.outlets DESC, story.articles DESC,
            story.last_published_at DESC NULLS LAST, story.story_id
    ) AS place,
    story.story_id,
    story.headline,
    story.independent_sources,
    story.own_texts,
    story.outlets,
    story.articles,
    story.first_published_at,
    story.last_published_at,
    story.keywords,
    story.why,
    coalesce(named.outlet_names, []) AS outlet_names,
    story.provisional,
    story.run_id AS last_changed_run
FROM current_stories AS story
LEFT JOIN (
    SELECT story_id, list(DISTINCT outlet ORDER BY outlet) FILTER (outlet IS NOT NULL) AS outlet_names
    FROM placed_articles
    GROUP BY story_id
) AS named ON named.story_id = story.story_id
ORDER BY place
