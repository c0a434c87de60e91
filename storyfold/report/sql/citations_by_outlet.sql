-- an outlet and another publisher that its articles link to as they now stand, with how often
SELECT
    outlet,
    publisher AS cited_publisher,
    count(*) AS links,
    count(DISTINCT article_id) AS articles,
    count(DISTINCT linked_article_id) AS linked_articles  -- of that publisher, that the lake has
FROM current_links
WHERE NOT is_internal
GROUP BY outlet, publisher
ORDER BY links DESC, outlet, cited_publisher
