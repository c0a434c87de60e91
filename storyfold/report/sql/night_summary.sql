-- an attempt at a run, with what came in, what became of it, and what it changed in the lake
WITH addresses AS (
    SELECT DISTINCT article_id, unnest([location, url, canonical_url]) AS url FROM articles
    UNION
    SELECT article_id, after AS url FROM article_changes WHERE what = 'url'
),
-- in each run what became of the articles that ever were gone: an answer at any of their addresses is one
heard AS (
    SELECT addresses.article_id, fetches.run_id, fetches.attempt, bool_or(fetches.reason IS NULL) AS answered,
        max(fetches.seen_at) AS heard_at
    FROM fetches
    JOIN addresses ON addresses.url = fetches.url
    WHERE fetches.method <> 'archive' AND (fetches.reason IS NULL OR fetches.status IN (404, 410))
        AND addresses.article_id IN (
            SELECT missing.article_id
            FROM fetches AS refused
            JOIN addresses AS missing ON missing.url = refused.url
            WHERE refused.method = 'http' AND refused.status IN (404, 410)
        )
    GROUP BY addresses.article_id, fetches.run_id, fetches.attempt
),
gone AS (
    SELECT run_id, attempt, count(*) AS articles
    FROM (
        SELECT *, lag(answered) OVER (PARTITION BY article_id ORDER BY heard_at, run_id, attempt) AS answered_before
        FROM heard
    )
    WHERE NOT answered AND answered_before IS DISTINCT FROM false
    GROUP BY run_id, attempt
)
SELECT
    run.run_id,
    run.attempt,
    run.night,
    run.status,
    coalesce(list_sum(list_transform(
        list_filter(run.stages, lambda outcome: outcome.stage = 'discover'), lambda outcome: outcome.items_in
    )), 0)::BIGINT AS pages_in,
    coalesce(list_sum(list_transform(
        list_filter(run.stages, lambda outcome: outcome.stage = 'parse'), lambda outcome: outcome.kept
    )), 0)::BIGINT AS kept,
    coalesce(list_sum(list_transform(
        list_filter(run.stages, lambda outcome: outcome.stage IN ('discover', 'fetch', 'parse')),
        lambda outcome: outcome.rejected
    )), 0)::BIGINT AS rejected,
    coalesce(landed.new, 0) AS new_articles,  -- first versions
    coalesce(landed.changed, 0) AS changed_articles,  -- later versions
    coalesce(moved.articles, 0) AS moved_articles,  -- with another address than before
    coalesce(gone.articles, 0) AS gone_articles,  -- that answered before, and now 404 or 410
    coalesce(changed_stories.stories, 0) AS stories,  -- new or changed
    epoch(run.finished_at - run.started_at) AS seconds,
    run.started_at,
    run.finished_at
FROM runs AS run
LEFT JOIN (
    SELECT
        articles.run_id,
        coalesce(articles.attempt, first.attempt) AS attempt,
        count(*) FILTER (articles.version = 1) AS new,
        count(*) FILTER (articles.version > 1) AS changed
    FROM articles
    LEFT JOIN (
        SELECT run_id, min(attempt) AS attempt FROM landed_runs GROUP BY run_id
    ) AS first ON first.run_id = articles.run_id
    GROUP BY ALL
) AS landed ON landed.run_id = run.run_id AND landed.attempt = run.attempt
LEFT JOIN (
    SELECT run_id, attempt, count(DISTINCT article_id) AS articles
    FROM article_changes
    WHERE what IN ('url', 'canonical_url')
    GROUP BY run_id, attempt
) AS moved ON moved.run_id = run.run_id AND moved.attempt = run.attempt
LEFT JOIN gone ON gone.run_id = run.run_id AND gone.attempt = run.attempt
LEFT JOIN (
    SELECT run_id, attempt, count(*) AS stories FROM stories WHERE status = 'current' GROUP BY run_id, attempt
) AS changed_stories ON changed_stories.run_id = run.run_id AND changed_stories.attempt = run.attempt
WHERE run.kind = 'night'
ORDER BY run.started_at, run.run_id, run.attempt
