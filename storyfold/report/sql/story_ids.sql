-- an id that a story has or had, with the standing story that it leads to: itself where it stands
SELECT story_id, story_id AS current_story_id
FROM current_stories
UNION ALL
SELECT story_id, successor_story_id
FROM story_successors
