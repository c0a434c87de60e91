-- an article as its page first said it with its last seen text, dated as its family allows, with its place there and in a story; what the page has changed of itself since is in article_changes, and `gone_at` says since when it is no more
SELECT
    placed.* EXCLUDE (family_id, role, original_article_id, original_confidence, independent_source, date_doubt, story_id),
    -- the last time that one of its addresses answered; where none was asked again, the time of this text
    greatest(coalesce(heard.last_seen_at, placed.first_seen_at), placed.first_seen_at) AS last_seen_at,
    heard.gone_at,  -- the first time after that at which the answer was 404 or 410; null where it was not
    placed.family_id, placed.role, placed.original_article_id, placed.original_confidence, placed.independent_source,
    placed.date_doubt, placed.story_id
FROM placed_articles AS placed
LEFT JOIN last_answers AS heard ON heard.article_id = placed.article_id
