-- an article whose address was asked for, with the last time that it answered, and since when it is gone
WITH addresses AS (
    SELECT DISTINCT article_id, unnest([location, url, canonical_url]) AS url FROM articles
    UNION
    SELECT article_id, after AS url FROM article_changes WHERE what = 'url'  -- where it has moved to
),
answered AS (
    SELECT
        addresses.article_id,
        max(fetches.seen_at) AS last_seen_at,
        max_by((fetches.run_id, fetches.attempt), fetches.seen_at) AS last_run
    FROM fetches
    JOIN addresses ON addresses.url = fetches.url
    WHERE fetches.reason IS NULL AND fetches.method <> 'archive'  -- where an archive says so, it is of long ago
    GROUP BY addresses.article_id
),
gone AS (
    SELECT addresses.article_id, min(fetches.seen_at) AS gone_at
    FROM fetches
    JOIN addresses ON addresses.url = fetches.url
    LEFT JOIN answered ON answered.article_id = addresses.article_id
    WHERE fetches.method = 'http' AND fetches.status IN (404, 410)
        AND (answered.article_id IS NULL OR (
            fetches.seen_at > answered.last_seen_at
            -- an old address may be gone while the page answers at its new one
            AND (fetches.run_id, fetches.attempt) <> answered.last_run
        ))
    GROUP BY addresses.article_id
)
SELECT article_id, answered.last_seen_at, gone.gone_at
FROM answered
FULL JOIN gone USING (article_id)
