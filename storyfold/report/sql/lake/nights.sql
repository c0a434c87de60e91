-- the nights that landed
SELECT night::VARCHAR AS night, pages_in, kept, rejected, new_articles, changed_articles, moved_articles,
    gone_articles, stories
FROM night_summary
WHERE status <> 'failed'
ORDER BY started_at, attempt
