-- the articles of this run whose date is doubted or unknown, and those of earlier ones that their families now doubt
WITH doubted AS MATERIALIZED (
    SELECT *
    FROM placed_articles
    WHERE date_confidence IN ('low', 'none') AND (
        run_id = $run_id
        OR article_id IN (SELECT article_id FROM current_families WHERE run_id = $run_id AND date_doubt IS NOT NULL)
    )
)
SELECT
    title, outlet, url, location,
    if(published_precision = 'day', published_day::TIMESTAMP AT TIME ZONE 'UTC', published_at) AS published_at,
    published_precision, date_confidence, date_reason, not_before, not_after,
    (SELECT count(*) FROM doubted) AS total
FROM doubted
ORDER BY date_confidence, outlet NULLS LAST, title NULLS LAST, article_id
LIMIT 40
