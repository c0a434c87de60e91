-- a story that stands, as of the last run that changed it
SELECT latest.*
FROM (
    SELECT stories.*
    FROM stories
    JOIN landed_runs USING (run_id, attempt)
    QUALIFY row_number() OVER (
        PARTITION BY stories.story_id
        ORDER BY landed_runs.finished_at DESC, landed_runs.started_at DESC, stories.run_id DESC, stories.attempt DESC
    ) = 1
) AS latest
WHERE latest.status = 'current'
