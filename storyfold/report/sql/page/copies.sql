-- the articles that this run found, or found anew, to have another's text
WITH copied AS MATERIALIZED (
    SELECT *
    FROM placed_articles
    WHERE role <> 'original' AND article_id IN (SELECT article_id FROM families WHERE run_id = $run_id)
)
SELECT
    article.title, article.outlet, article.url, article.location, article.agency, article.role,
    original.article_id IS NOT NULL AS original_seen,
    original.title AS original_title, original.outlet AS original_outlet,
    original.url AS original_url, original.location AS original_location,
    article.original_confidence, shared.share, coalesce(shared.evidence, []) AS evidence,
    (SELECT count(*) FROM copied) AS total
FROM copied AS article
LEFT JOIN placed_articles AS original ON original.article_id = article.original_article_id
LEFT JOIN (
    SELECT article_id, version, of_article_id, of_version, share_of_this AS share, evidence
    FROM copies
    UNION ALL BY NAME  -- the row lies the other way round where the texts alone spoke for it
    SELECT
        of_article_id AS article_id, of_version AS version, article_id AS of_article_id, version AS of_version,
        share_of_other AS share, evidence
    FROM copies
) AS shared
    ON shared.article_id = article.article_id AND shared.version = article.version
    AND shared.of_article_id = original.article_id AND shared.of_version = original.version
ORDER BY original.title NULLS LAST, original.article_id, article.published_at NULLS LAST, article.article_id
LIMIT 40
