-- pages and inputs that this run was the first to reject, by reason, with the stages that did so and some of them
WITH counted AS (
    SELECT reason, stage, count(*) AS pages
    FROM rejects
    WHERE run_id = $run_id
    GROUP BY reason, stage
),
staged AS (
    SELECT reason, list({'stage': stage, 'pages': pages} ORDER BY pages DESC, stage) AS stages
    FROM counted
    GROUP BY reason
)
SELECT
    reason, count(*) AS pages, any_value(staged.stages) AS stages,
    list(
        {'title': title, 'url': url, 'location': location, 'detail': detail} ORDER BY location, reject_id
    )[1:5] AS shown
FROM rejects
JOIN staged USING (reason)
WHERE run_id = $run_id
GROUP BY reason
ORDER BY pages DESC, reason
