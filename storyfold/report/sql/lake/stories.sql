-- the five most widely told stories, with who was first and who took another's text
SELECT
    top_stories.headline, top_stories.independent_sources, top_stories.articles, top_stories.outlet_names,
    first_reports.outlet AS first_outlet,
    if(
        first_reports.published_precision = 'day',
        first_reports.published_day::TIMESTAMP AT TIME ZONE 'UTC', first_reports.published_at
    ) AS first_at,
    first_reports.published_precision AS first_precision,
    first_reports.confidence AS first_confidence,
    first_reports.maybe_earlier,
    coalesce(first_reports.same_text_outlets, []) AS same_text_outlets,
    copied.copiers
FROM top_stories
LEFT JOIN first_reports ON first_reports.story_id = top_stories.story_id
LEFT JOIN (
    SELECT story_id, list(DISTINCT outlet ORDER BY outlet) AS copiers
    FROM placed_articles
    WHERE coalesce(original_confidence NOT IN ('low', 'unknown'), true) AND role IN ('syndicated', 'excerpt', 'mirror') AND outlet IS NOT NULL
    GROUP BY story_id
) AS copied ON copied.story_id = top_stories.story_id
ORDER BY top_stories.place
LIMIT 5
