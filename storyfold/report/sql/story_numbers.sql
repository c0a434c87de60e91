-- a number in the texts of a story that stands, with its unit or what it counts, and how many of these have it
SELECT
    story.story_id,
    story.headline,
    listed.number.written AS written,
    listed.number.value AS value,
    listed.number.unit AS unit,
    listed.number.counted AS counted,
    listed.number.texts AS texts,
    story.own_texts,
    listed.number.times AS times
FROM current_stories AS story
CROSS JOIN unnest(story.numbers) AS listed(number)
