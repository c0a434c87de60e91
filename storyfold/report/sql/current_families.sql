-- an article's current place in its family
SELECT families.*
FROM families
JOIN landed_runs USING (run_id, attempt)
QUALIFY row_number() OVER (
    PARTITION BY families.article_id
    ORDER BY landed_runs.finished_at DESC, landed_runs.started_at DESC, families.run_id DESC, families.attempt DESC
) = 1
