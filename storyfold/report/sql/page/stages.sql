-- what became of the items, stage by stage
SELECT
    (outcome).stage AS stage, (outcome).items_in AS items_in, (outcome).kept AS kept,
    (outcome).rejected AS rejected, (outcome).new AS new, (outcome).seconds AS seconds
FROM (
    SELECT unnest(stages) AS outcome, generate_subscripts(stages, 1) AS place
    FROM (SELECT stages FROM runs WHERE run_id = $run_id ORDER BY attempt DESC LIMIT 1)
)
ORDER BY place
