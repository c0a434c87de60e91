-- an article's current membership in a story
SELECT membership.*
FROM story_articles AS membership
JOIN landed_runs USING (run_id, attempt)
QUALIFY row_number() OVER (
    PARTITION BY membership.article_id
    ORDER BY landed_runs.finished_at DESC, landed_runs.started_at DESC, membership.run_id DESC, membership.attempt DESC
) = 1
