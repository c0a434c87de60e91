-- the articles of those stories: dated ones by time, then the doubted and the undated
SELECT
    story_id, article_id, title, outlet, coalesce(role, 'original') AS role, original_confidence,
    -- a day alone is shown as the page prints it
    if(published_precision = 'day', published_day::TIMESTAMP AT TIME ZONE 'UTC', published_at) AS published_at,
    published_precision,
    date_confidence, url, location, language
FROM placed_articles
WHERE story_id IN (
    SELECT story_id
    FROM top_stories
    WHERE story_id IN (SELECT story_id FROM stories WHERE run_id = $run_id)
    ORDER BY place
    LIMIT 12
)
-- A story of thousands must not make a page of thousands.
QUALIFY row_number() OVER (
    PARTITION BY story_id
    ORDER BY date_confidence IN ('high', 'medium') DESC, placed_articles.published_at NULLS LAST, first_seen_at, article_id
) <= 12
ORDER BY
    story_id, date_confidence IN ('high', 'medium') DESC, placed_articles.published_at NULLS LAST, first_seen_at, article_id
