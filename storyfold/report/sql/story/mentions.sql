-- live pages and digests that tell of it among others; and, of a story that is one of those, the stories that it tells of
WITH found AS (
    SELECT 'mentioned in' AS direction, article_id, NULL AS other_story_id, similarity
    FROM story_mentions
    WHERE story_id = $story_id
    UNION ALL
    SELECT 'mentions', article_id, story_id, similarity
    FROM story_mentions
    WHERE article_id IN (SELECT article_id FROM current_memberships WHERE story_id = $story_id)
)
SELECT
    found.direction,
    article.outlet,
    coalesce(other.headline, article.title) AS title,
    if(found.direction = 'mentions', found.other_story_id, article.story_id) AS story_id,
    if(found.direction = 'mentions', NULL, article.url) AS url,
    max(found.similarity) AS similarity
FROM found
JOIN placed_articles AS article ON article.article_id = found.article_id
LEFT JOIN current_stories AS other ON other.story_id = found.other_story_id
GROUP BY ALL
ORDER BY found.direction, similarity DESC, title, story_id, url
