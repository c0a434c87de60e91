-- a story, with the independent article that is known to have told it first; a story without a sure date has no row
SELECT
    story_id, article_id, outlet, title, published_at, published_precision, date_confidence, first_seen_at,
    url, location,
    maybe_earlier  -- other independent members of that day whose time of day does not settle who came first
FROM (
    SELECT
        dated.*,
        CASE
            WHEN published_precision = 'day' THEN count(*) OVER same_day - 1
            ELSE count(*) FILTER (published_precision = 'day') OVER same_day
        END AS maybe_earlier
    FROM (
        SELECT current_articles.*, (published_at AT TIME ZONE 'UTC')::DATE AS day
        FROM current_articles
        WHERE story_id IS NOT NULL
            AND independent_source
            AND published_at IS NOT NULL
            AND date_confidence IN ('high', 'medium')
    ) AS dated
    WINDOW same_day AS (PARTITION BY story_id, day)
)
-- A date without a time stands at midnight and must not win its day by that.
QUALIFY row_number() OVER (
    PARTITION BY story_id ORDER BY day, published_precision = 'day', published_at, first_seen_at, article_id
) = 1
