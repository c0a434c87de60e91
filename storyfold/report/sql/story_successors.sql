-- a story id that no longer stands, with the standing story that it leads to: the one that has its founder now
WITH RECURSIVE ended AS (
    SELECT story_id, max(founder_article_id) AS founder_article_id
    FROM stories
    JOIN landed_runs USING (run_id, attempt)
    WHERE stories.status = 'ended' AND story_id NOT IN (SELECT story_id FROM current_stories)
    GROUP BY story_id
),
-- rows of older programs have no founder: there the last merge is followed
merges AS (
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
SELECT ended.story_id, coalesce(membership.story_id, reached.into_story_id) AS successor_story_id
FROM ended
LEFT JOIN current_memberships AS membership ON membership.article_id = ended.founder_article_id
LEFT JOIN reached
    ON reached.story_id = ended.story_id AND reached.into_story_id IN (SELECT story_id FROM current_stories)
WHERE successor_story_id IS NOT NULL
