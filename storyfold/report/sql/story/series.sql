-- the story that it follows, and those that follow it
SELECT
    if(follows.story_id = $story_id, 'follows', 'followed by') AS direction,
    other.story_id,
    other.headline,
    other.first_published_at,
    other.last_published_at,
    follows.similarity,
    follows.gap_days
FROM current_follows AS follows
JOIN current_stories AS other
    ON other.story_id = if(follows.story_id = $story_id, follows.follows_story_id, follows.story_id)
WHERE follows.story_id = $story_id OR follows.follows_story_id = $story_id
ORDER BY direction DESC, other.first_published_at, other.story_id
