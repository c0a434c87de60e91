-- an attempt at a run that landed; the order in which they finished is the order in which rows were true
SELECT run_id, attempt, run_date, night, status, started_at, finished_at
FROM runs
WHERE status <> 'failed'
