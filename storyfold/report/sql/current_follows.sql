-- a story that stands and takes up a series, with the last story of it before: an event that recurs or goes on after weeks
SELECT
    latest.story_id,
    coalesce(successor.successor_story_id, latest.follows_story_id) AS follows_story_id,
    latest.kind,
    latest.similarity,
    latest.gap_days,
    latest.run_id AS last_changed_run
FROM (
    SELECT story_follows.*
    FROM story_follows
    JOIN landed_runs USING (run_id, attempt)
    QUALIFY row_number() OVER (
        PARTITION BY story_follows.story_id
        ORDER BY
            landed_runs.finished_at DESC, landed_runs.started_at DESC, story_follows.run_id DESC,
            story_follows.attempt DESC
    ) = 1
) AS latest
LEFT JOIN story_successors AS successor ON successor.story_id = latest.follows_story_id
WHERE latest.follows_story_id IS NOT NULL
