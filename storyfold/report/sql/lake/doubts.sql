-- the articles whose date is doubted or unknown
SELECT outlet, title, date_reason, count(*) OVER () AS total
FROM current_articles
WHERE date_confidence IN ('low', 'none')
ORDER BY date_confidence, outlet NULLS LAST, title NULLS LAST, article_id
LIMIT 5
