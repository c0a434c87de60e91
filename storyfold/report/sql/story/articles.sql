-- its articles: dated ones by time, then the doubted and the undated; each with the night on which it joined
WITH members AS (
    SELECT membership.article_id, membership.score, membership.basis, joined.night AS since_night
    FROM current_memberships AS membership
    LEFT JOIN (SELECT run_id, min(night) AS night FROM landed_runs GROUP BY run_id) AS joined
        ON joined.run_id = membership.since_run
    WHERE membership.story_id = $story_id
)
SELECT
    article.article_id,
    article.title,
    article.outlet,
    article.source_id,
    article.url,
    article.location,
    article.language,
    article.authors,
    article.agency,
    article.family_id,
    coalesce(article.role, 'original') AS role,
    article.original_article_id,
    article.original_confidence,
    -- a day alone is shown as the page prints it
    if(article.published_precision = 'day', article.published_day::TIMESTAMP AT TIME ZONE 'UTC', article.published_at)
        AS published_at,
    article.published_precision,
    article.date_confidence,
    article.first_seen_at,
    members.score,
    members.basis,
    members.since_night
FROM placed_articles AS article
JOIN members ON members.article_id = article.article_id
WHERE article.article_id IN (SELECT article_id FROM members)
ORDER BY
    article.date_confidence IN ('high', 'medium') DESC, article.published_at NULLS LAST, article.first_seen_at,
    article.article_id
