-- the stories that this run made or changed, the most widely told first
WITH changed AS MATERIALIZED (
    SELECT *
    FROM top_stories
    WHERE story_id IN (SELECT story_id FROM stories WHERE run_id = $run_id)
)
SELECT
    changed.story_id, changed.headline, independent_sources, own_texts, outlets, articles,
    first_published_at, last_published_at, keywords, provisional,
    first_reports.article_id AS first_article_id,
    coalesce(first_reports.maybe_earlier, 0) AS maybe_earlier,
    coalesce(first_reports.same_text_outlets, []) AS same_text_outlets,
    first_reports.confidence AS first_confidence,
    (SELECT count(*) FROM changed) AS total
FROM changed
LEFT JOIN first_reports ON first_reports.story_id = changed.story_id
ORDER BY place
LIMIT 12
