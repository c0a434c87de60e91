-- a story id that no longer stands, with the standing story that it became part of
WITH RECURSIVE merges AS (
    SELECT lineage.story_id, lineage.other_story_id AS into_story_id
    FROM story_lineage AS lineage
    JOIN landed_runs USING (run_id, attempt)
    WHERE lineage.event = 'merged' AND lineage.story_id NOT IN (SELECT story_id FROM current_stories)
    QUALIFY row_number() OVER (
        PARTITION BY lineage.story_id
        ORDER BY
            landed_runs.finished_at DESC, landed_runs.started_at DESC, lineage.run_id DESC, lineage.attempt DESC,
            lineage.other_story_id
    ) = 1
),
reached AS (
    SELECT story_id, into_story_id FROM merges
    UNION  -- not UNION ALL: it ends even if the lineage ran in a circle
    SELECT reached.story_id, merges.into_story_id
    FROM reached
    JOIN merges ON merges.story_id = reached.into_story_id
)
SELECT story_id, into_story_id AS successor_story_id
FROM reached
WHERE into_story_id IN (SELECT story_id FROM current_stories)
