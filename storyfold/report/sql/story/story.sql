-- the story as it stands, with who told it first
SELECT
    story.*,
    first.article_id AS first_article_id,
    first.outlet AS first_outlet,
    first.published_at AS first_at,
    first.published_precision AS first_precision,
    first.confidence AS first_confidence,
    coalesce(first.maybe_earlier, 0) AS maybe_earlier,
    coalesce(first.same_text_outlets, []) AS same_text_outlets
FROM current_stories AS story
LEFT JOIN first_reports AS first ON first.story_id = story.story_id
WHERE story.story_id = $story_id
