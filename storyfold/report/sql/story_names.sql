-- a name in the texts of a story that stands, with how many of these have it, as they print it
SELECT
    story.story_id,
    story.headline,
    listed.named.name AS name,
    listed.named.kind AS kind,
    listed.named.kind_words AS kind_words,
    listed.named.texts AS texts,
    story.own_texts,
    listed.named.times AS times
FROM current_stories AS story
CROSS JOIN unnest(story.names) AS listed(named)
