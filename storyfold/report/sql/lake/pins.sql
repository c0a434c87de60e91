-- pins, those in force first, then those set last, with what the two articles are called now and where they stand
WITH named AS (
    SELECT article_id, title, outlet, story_id, family_id
    FROM placed_articles
    SEMI JOIN (SELECT unnest([article_id, of_article_id]) AS article_id FROM pins) AS pinned USING (article_id)
)
SELECT
    pins.pin_id, pins.level, pins.verdict, pins.note, pins.pinned_by, pins.pinned_at, pins.unpinned_by, pins.unpinned_at,
    pins.article_id, one.title, one.outlet, one.story_id,
    pins.of_article_id, other.title AS of_title, other.outlet AS of_outlet, other.story_id AS of_story_id
FROM pins
LEFT JOIN named AS one ON one.article_id = pins.article_id
LEFT JOIN named AS other ON other.article_id = pins.of_article_id
WHERE pins.unpinned_at IS NULL OR $every
ORDER BY pins.unpinned_at IS NOT NULL, pins.pinned_at DESC, pins.pin_id
