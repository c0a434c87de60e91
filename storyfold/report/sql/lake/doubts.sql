-- the articles whose date is doubted or unknown
WITH doubted AS MATERIALIZED (
    SELECT *
    FROM placed_articles
    WHERE date_confidence IN ('low', 'none')
)
SELECT outlet, title, date_reason, (SELECT count(*) FROM doubted) AS total
FROM doubted
ORDER BY date_confidence, outlet NULLS LAST, title NULLS LAST, article_id
LIMIT 5
