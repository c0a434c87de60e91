-- why things were rejected, and in which stage: each address or file counts once, however many nights met it
SELECT reason, stage, count(DISTINCT (source_id, location)) AS pages
FROM rejects
GROUP BY reason, stage
ORDER BY pages DESC, reason, stage
