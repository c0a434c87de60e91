-- what an id or its beginning leads to: story ids first, then articles, whose story is meant
SELECT story_id AS asked, current_story_id AS story_id
FROM story_ids
WHERE starts_with(story_id, $asked)
UNION ALL
SELECT article_id, story_id
FROM current_memberships
WHERE article_id = $asked
ORDER BY asked
LIMIT 20
