-- an outlet of the lake: how much it has, how much of that is others' text and how late, how often it was first, and what the list of outlets said of it
WITH placed AS (
    SELECT
        article_id, outlet AS printed, source_id, family_id, role, story_id, published_at, date_confidence, date_doubt,
        original_article_id, coalesce(original_confidence NOT IN ('low', 'unknown'), true) AS is_sure,
        coalesce(outlet, '') AS printed_name,
        coalesce(url, canonical_url) AS address,
        -- by which the list was asked: the words of HOST_SQL (storyfold/schemas/outlets.py); a test holds both equal
        lower(concat_ws(' ',
        regexp_extract(address, '^https?://(?:[^/?#@]*@)?([^/?#\s]+)(?:[/?#]|$)', 1, 'i'),
        nullif(regexp_extract(address, '^[^?#]*/(?:(?:19|20)[0-9]{2,12}(?:[a-z]{2}_)?|(?:19|20)[0-9]{2}\.[01][0-9]\.[0-3][0-9]-[0-9]{6})/(https?(?::|%3A)(?:/|%2F)+[^/?#%\s]+)', 1, 'i'), ''),
        nullif(regexp_extract(address, '^https?://[^/?#]*(?:ampproject\.org|bing-amp\.com|google\.[a-z.]+)(/[^?#\s]*/[^/?#\s]+\.[^/?#\s]+)', 1, 'i'), '')
    )) AS host
    FROM placed_articles
),
looked_up AS (
    SELECT
        placed.*, told.name, told.owner, told.kind, told.country, told.language, told.mirror_of, told.source,
        told.source_date,
        coalesce(told.outlet, placed.printed, placed.source_id) AS outlet
    FROM placed
    LEFT JOIN current_outlets AS told ON told.printed_name = placed.printed_name AND told.host = placed.host
),
-- An article that has another outlet's text; an original that was not seen counts as another's.
compared AS (
    SELECT
        article.*,
        article.role IN ('syndicated', 'excerpt', 'mirror')
            AND (original.outlet IS NULL OR original.outlet <> article.outlet) AS has_others_text,
        if(
            article.date_confidence IN ('high', 'medium') AND original.date_confidence IN ('high', 'medium')
                AND has_others_text AND article.is_sure,
            date_diff('second', original.published_at, article.published_at) / 3600, NULL
        ) AS lag_hours
    FROM looked_up AS article
    LEFT JOIN looked_up AS original ON original.article_id = article.original_article_id
),
-- Families that several outlets are in, with the outlet of their original where it is known who was first.
shared_families AS (
    SELECT
        family_id,
        if(bool_or(has_others_text AND is_sure), any_value(outlet) FILTER (role = 'original'), NULL) AS first_outlet
    FROM compared
    GROUP BY family_id
    HAVING count(DISTINCT outlet) > 1
),
firsts AS (SELECT first_outlet AS outlet, count(*) AS first_in FROM shared_families GROUP BY first_outlet),
counted AS (
    SELECT
        outlet,
        -- as the list calls it, else as most of its pages do
        coalesce(min(name), mode(printed ORDER BY printed), outlet) AS name,
        count(*) AS articles,
        count(DISTINCT compared.family_id) AS families,
        count(*) FILTER (role = 'original') AS originals,
        count(*) FILTER (has_others_text AND is_sure) AS copies_of_others,
        -- the same text as another outlet's, and nothing tells which of the two was first
        count(*) FILTER (has_others_text AND NOT is_sure) AS maybe_copies,
        count(DISTINCT story_id) AS stories,
        count(DISTINCT shared.family_id) AS shared_families,
        median(lag_hours) AS median_lag_hours,  -- behind the originals, where both are surely dated
        count(*) FILTER (date_doubt IS NOT NULL) AS contradicted_dates,  -- which its families show to be false
        count(*) FILTER (date_confidence IN ('low', 'none')) AS unsure_dates,  -- with those, and where no date is known
        min(owner) AS owner, min(kind) AS kind, min(country) AS country, min(language) AS language,
        min(mirror_of) AS mirror_of, min(source) AS source, min(source_date) AS source_date
    FROM compared
    LEFT JOIN shared_families AS shared ON shared.family_id = compared.family_id
    GROUP BY outlet
)
SELECT
    counted.outlet, name, articles, families, originals, copies_of_others, maybe_copies,
    copies_of_others / articles AS share_copied,
    stories, owner, kind, country, language, mirror_of, source, source_date,
    shared_families,  -- families that it shares with other outlets
    coalesce(first_in, 0) AS first_in,  -- of these, those whose original is its own
    median_lag_hours, contradicted_dates, unsure_dates,
    -- by its record alone, with the defaults of `mirror_texts` and `mirror_share` in [outlets]; an agency's page is none
    articles >= 20 AND copies_of_others / articles >= 0.9 AND coalesce(first_in, 0) = 0 AND kind IS DISTINCT FROM 'agency'
        AS probable_mirror
FROM counted
LEFT JOIN firsts ON firsts.outlet = counted.outlet
ORDER BY articles DESC, counted.outlet
