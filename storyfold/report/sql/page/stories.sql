-- the stories that this run made or changed, the most widely told first
SELECT
    top_stories.story_id, top_stories.headline, independent_sources, own_texts, outlets, articles,
    first_published_at, last_published_at, keywords, provisional,
    first_reports.article_id AS first_article_id,
    coalesce(first_reports.maybe_earlier, 0) AS maybe_earlier,
    coalesce(first_reports.same_text_outlets, []) AS same_text_outlets,
    first_reports.confidence AS first_confidence,
    count(*) OVER () AS total
FROM top_stories
LEFT JOIN first_reports ON first_reports.story_id = top_stories.story_id
WHERE top_stories.story_id IN (SELECT story_id FROM stories WHERE run_id = $run_id)
ORDER BY place
LIMIT 12
