-- the articles of this run whose date is doubted or unknown
SELECT
    title, outlet, coalesce(url, canonical_url) AS url, location,
    published_at, published_precision, date_confidence, date_reason, not_before, not_after,
    count(*) OVER () AS total
FROM current_articles
WHERE run_id = $run_id AND date_confidence IN ('low', 'none')
ORDER BY date_confidence, outlet NULLS LAST, title NULLS LAST, article_id
LIMIT 40
