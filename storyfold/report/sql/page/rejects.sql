-- pages and inputs that this run was the first to reject, by stage and reason, with some of them
SELECT
    stage, reason, count(*) AS pages,
    list(
        {'title': title, 'url': url, 'location': location, 'detail': detail} ORDER BY location, reject_id
    )[1:5] AS shown
FROM rejects
WHERE run_id = $run_id
GROUP BY stage, reason
ORDER BY pages DESC, stage, reason
