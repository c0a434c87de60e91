-- an article as current_articles has it, without when it was last seen and since when it is gone: those take a look at all fetches
SELECT
    latest.* REPLACE (
        -- rows that an earlier release landed lack an address that only the page names, and the day
        coalesce(latest.url, latest.canonical_url) AS url,
        coalesce(latest.url_is_claim, latest.url IS NULL AND latest.canonical_url IS NOT NULL) AS url_is_claim,
        coalesce(latest.published_day, (latest.published_at AT TIME ZONE 'UTC')::DATE) AS published_day,
        -- the rule of apply_date_doubt (storyfold/dates/doubt.py), for readers who have SQL alone: a test holds both equal
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
    WHERE articles.is_repeat IS NOT TRUE
    QUALIFY row_number() OVER (PARTITION BY articles.article_id ORDER BY articles.first_seen_at DESC, articles.version DESC) = 1
) AS latest
LEFT JOIN current_families AS place ON place.article_id = latest.article_id
LEFT JOIN current_memberships AS membership ON membership.article_id = latest.article_id
