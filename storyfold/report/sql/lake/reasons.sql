-- why things were rejected: each address or file counts once, however many nights met it
SELECT reason, count(DISTINCT (source_id, location)) AS pages
FROM rejects
GROUP BY reason
ORDER BY pages DESC, reason
