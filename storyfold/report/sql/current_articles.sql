-- an article as it now stands: its last seen version, with its place in a family and in a story
SELECT
    latest.*,
    place.family_id,
    place.role,
    place.original_article_id,
    place.independent_source,
    membership.story_id
FROM (
    SELECT articles.*
    FROM articles
    QUALIFY row_number() OVER (PARTITION BY articles.article_id ORDER BY articles.first_seen_at DESC, articles.version DESC) = 1
) AS latest
LEFT JOIN current_families AS place ON place.article_id = latest.article_id
LEFT JOIN current_memberships AS membership ON membership.article_id = latest.article_id
