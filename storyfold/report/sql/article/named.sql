-- the articles that an id, or the beginning of one, is of; an earlier id leads to the article that has it now
WITH found AS (
    SELECT DISTINCT article_id FROM articles WHERE starts_with(article_id, $asked)
    UNION
    SELECT alias_id FROM article_aliases WHERE starts_with(alias_id, $asked)
)
SELECT found.article_id AS asked, coalesce(alias.article_id, found.article_id) AS article_id
FROM found
LEFT JOIN article_aliases AS alias ON alias.alias_id = found.article_id
ORDER BY asked
LIMIT 20
