-- what the list of outlets said of the articles with one outlet's name at one host, as of the last run that looked them up or found it changed
SELECT facts.*
FROM outlet_facts AS facts
JOIN landed_runs USING (run_id, attempt)
QUALIFY row_number() OVER (
    PARTITION BY facts.printed_name, facts.host
    ORDER BY landed_runs.finished_at DESC, landed_runs.started_at DESC, facts.run_id DESC, facts.attempt DESC
) = 1
