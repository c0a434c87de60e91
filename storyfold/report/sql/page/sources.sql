-- what each source gave in the run's last attempt, those that dry up first
WITH given AS MATERIALIZED (
    SELECT * FROM source_health
    WHERE run_id = $run_id AND attempt = (SELECT max(attempt) FROM runs WHERE run_id = $run_id)
)
SELECT
    source_id, outlet, asked, items, new, kept, rejected, last_new, usual, warning,
    (SELECT count(*) FROM given) AS total,
    (SELECT count(*) FROM given WHERE warning IS NOT NULL) AS warnings
FROM given
ORDER BY warning NULLS LAST, usual DESC, source_id
LIMIT 40
