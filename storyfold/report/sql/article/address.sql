-- the articles with this address, be it where it stood or its canonical one, also under an earlier id
WITH found AS (
    SELECT DISTINCT article_id
    FROM articles
    WHERE canonical_url IN ($asked, $canonical) OR url IN ($asked, $canonical) OR location = $asked
)
SELECT DISTINCT $asked AS asked, coalesce(alias.article_id, found.article_id) AS article_id
FROM found
LEFT JOIN article_aliases AS alias ON alias.alias_id = found.article_id
ORDER BY article_id
LIMIT 20
