-- the stories of the articles with this address, be it where it stood or its canonical one, also under an earlier id
WITH found AS (
    SELECT DISTINCT article_id
    FROM articles
    WHERE canonical_url IN ($address, $canonical) OR url = $address OR location = $address
)
SELECT DISTINCT $address AS asked, membership.story_id
FROM current_memberships AS membership
WHERE membership.article_id IN (
    FROM found
    UNION ALL
    SELECT alias.article_id FROM article_aliases AS alias JOIN found ON found.article_id = alias.alias_id
)
ORDER BY membership.story_id
LIMIT 20
