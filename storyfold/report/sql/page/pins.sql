-- the pins in force: first those of stories that the run made or changed, then those set last
WITH told AS (
    SELECT DISTINCT story_id FROM stories WHERE run_id = $run_id
),
named AS (
    SELECT article_id, title, outlet, story_id
    FROM placed_articles
    SEMI JOIN (SELECT unnest([article_id, of_article_id]) AS article_id FROM current_pins) AS pinned USING (article_id)
)
SELECT
    pins.pin_id, pins.level, pins.verdict, pins.note, pins.pinned_by, pins.pinned_at,
    pins.article_id, one.title, one.outlet, one.story_id,
    pins.of_article_id, other.title AS of_title, other.outlet AS of_outlet, other.story_id AS of_story_id,
    (SELECT count(*) FROM current_pins) AS total
FROM current_pins AS pins
LEFT JOIN named AS one ON one.article_id = pins.article_id
LEFT JOIN named AS other ON other.article_id = pins.of_article_id
ORDER BY
    one.story_id IN (FROM told) OR other.story_id IN (FROM told) DESC NULLS LAST, pins.pinned_at DESC, pins.pin_id
LIMIT 20
