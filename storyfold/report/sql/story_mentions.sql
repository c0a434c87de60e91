-- an article that tells of several stories, as a live page or a digest does, with another story that it mentions
WITH told AS (
    SELECT
        if(later.touches_many, link.article_id, link.of_article_id) AS many_id,
        if(later.touches_many, link.of_article_id, link.article_id) AS other_id,
        link.similarity
    FROM story_links AS link
    JOIN story_texts AS later ON later.article_id = link.article_id
    WHERE link.is_mention
)
SELECT
    coalesce(copy.article_id, many.article_id) AS article_id,  -- copies of a digest mention what it does
    membership.story_id,
    -- how much of the story's nearest text it has, divided by what it would have of any text
    max(told.similarity) / 1e6 AS similarity,
    count(DISTINCT told.other_id) AS own_texts  -- of the story, of which it has that much
FROM told
JOIN story_texts AS many ON many.article_id = told.many_id AND many.touches_many
JOIN story_texts AS other ON other.article_id = told.other_id AND NOT other.touches_many
JOIN current_memberships AS membership ON membership.article_id = told.other_id
LEFT JOIN current_families AS copy ON copy.family_id = many.family_id
-- of another time is no mention; as many days as MENTION_DAYS (storyfold/stories/mentions.py), a test holds both equal
WHERE many.dated = 0 OR other.dated = 0
    OR greatest(many.believed_from, other.believed_from) - least(many.believed_to, other.believed_to) <= 14
GROUP BY ALL
