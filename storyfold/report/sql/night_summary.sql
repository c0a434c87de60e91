-- an attempt at a night, with what came in, what became of it, and what it changed in the lake
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
    CASE WHEN run.status = 'failed' THEN 0 ELSE coalesce(list_sum(list_transform(
        list_filter(run.stages, lambda outcome: outcome.stage = 'parse'), lambda outcome: outcome.new
    )), 0) END::BIGINT AS new_articles,  -- new versions of known articles among them
    coalesce(told.stories, 0) AS stories,  -- new or changed
    epoch(run.finished_at - run.started_at) AS seconds,
    run.started_at,
    run.finished_at
FROM runs AS run
LEFT JOIN (
    SELECT run_id, attempt, count(*) AS stories FROM stories WHERE status = 'current' GROUP BY run_id, attempt
) AS told ON told.run_id = run.run_id AND told.attempt = run.attempt
ORDER BY run.started_at, run.run_id, run.attempt
