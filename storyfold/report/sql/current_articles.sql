-- an article as its page first said it with its last seen text, dated as its family allows, with its place there and in a story; what the page has changed of itself since is in article_changes
SELECT
    latest.* REPLACE (
        if(place.date_doubt IS NOT NULL AND latest.date_confidence NOT IN ('low', 'none'), 'low', latest.date_confidence) AS date_confidence,
        if(place.date_doubt IS NOT NULL AND latest.date_confidence NOT IN ('low', 'none'),
            concat_ws(', but ', nullif(latest.date_reason, ''), place.date_doubt), latest.date_reason) AS date_reason,
        if(place.date_doubt IS NOT NULL AND latest.date_confidence NOT IN ('low', 'none'), NULL, latest.not_before) AS not_before,
        if(place.date_doubt IS NOT NULL AND latest.date_confidence NOT IN ('low', 'none'), latest.first_seen_at, latest.not_after) AS not_after
    ),
    place.family_id,
    place.role,
    place.original_article_id,
    place.original_confidence,
    place.independent_source,
    place.date_doubt,
    membership.story_id
FROM (
    SELECT articles.*
    FROM articles
    QUALIFY row_number() OVER (PARTITION BY articles.article_id ORDER BY articles.first_seen_at DESC, articles.version DESC) = 1
) AS latest
LEFT JOIN current_families AS place ON place.article_id = latest.article_id
LEFT JOIN current_memberships AS membership ON membership.article_id = latest.article_id
