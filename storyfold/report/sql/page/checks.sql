-- the checks of the run's last attempt, those that did not pass first
SELECT name, required, passed, value, expected, note
FROM checks
WHERE run_id = $run_id AND attempt = (SELECT max(attempt) FROM runs WHERE run_id = $run_id)
ORDER BY passed, required DESC, name
