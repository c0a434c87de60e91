-- what became of its identity, night by night: of its own id, and of those that lead to it now
SELECT run.night, lineage.story_id, lineage.event, lineage.other_story_id, lineage.reason
FROM story_lineage AS lineage
JOIN landed_runs AS run USING (run_id, attempt)
WHERE lineage.story_id IN (SELECT story_id FROM story_ids WHERE current_story_id = $story_id)
    OR lineage.other_story_id = $story_id
ORDER BY run.finished_at, run.started_at, lineage.run_id, lineage.attempt, lineage.story_id, lineage.event,
    lineage.other_story_id
