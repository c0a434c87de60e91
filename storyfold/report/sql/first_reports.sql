-- a story, with the article that told it first and how sure that is; a story without a sure date has no row
WITH surely_dated AS (
    SELECT placed_articles.*, published_precision = 'day' AS is_day_alone, coalesce(zone, 'UTC') AS clock
    FROM placed_articles
    WHERE story_id IS NOT NULL
        AND independent_source
        AND published_at IS NOT NULL
        AND date_confidence IN ('high', 'medium')
),
-- From when to when each may have come. A day alone is that of its paper's zone where that is known (5 March in Tokyo
-- begins while it is the 4th in London), else it is taken for the UTC day of its name.
dated AS (
    SELECT
        surely_dated.*,
        if(is_day_alone, published_day::TIMESTAMP AT TIME ZONE clock, published_at) AS earliest,
        if(is_day_alone, (published_day + 1)::TIMESTAMP AT TIME ZONE clock, published_at + INTERVAL 1 MINUTE) AS latest
    FROM surely_dated
),
-- A date without a time begins at midnight and must not win its day by that: of those that may have come before all
-- others were out, the most exactly dated counts. The order of fetching is no evidence.
first AS (
    SELECT dated.*
    FROM dated
    JOIN (SELECT story_id, min(latest) AS instant FROM dated GROUP BY story_id) AS first_out USING (story_id)
    WHERE earliest < first_out.instant
    QUALIFY row_number() OVER (
        PARTITION BY story_id
        ORDER BY is_day_alone, earliest, (first_seen_at AT TIME ZONE 'UTC')::DATE, article_id
    ) = 1
),
rivals AS (
    SELECT first.story_id, count(*) AS maybe_earlier
    FROM first
    JOIN dated AS other ON other.story_id = first.story_id AND other.article_id <> first.article_id
    WHERE other.earliest < first.latest
    GROUP BY first.story_id
),
same_text AS (
    SELECT first.story_id, list(DISTINCT other.outlet ORDER BY other.outlet) FILTER (other.outlet IS NOT NULL) AS outlets
    FROM first
    JOIN placed_articles AS other ON other.original_article_id = first.article_id AND other.original_confidence IN ('low', 'unknown')
    WHERE other.outlet IS DISTINCT FROM first.outlet
    GROUP BY first.story_id
)
SELECT
    first.story_id, article_id, outlet, title, published_at, published_day, published_precision, date_confidence, first_seen_at,
    url, location,
    -- other independent members whose time does not settle whether they came earlier
    coalesce(rivals.maybe_earlier, 0) AS maybe_earlier,
    -- outlets with the very same text, where nothing tells who of them was first
    coalesce(same_text.outlets, []) AS same_text_outlets,
    CASE
        WHEN coalesce(rivals.maybe_earlier, 0) > 0 OR len(coalesce(same_text.outlets, [])) > 0 THEN 'low'
        ELSE date_confidence
    END AS confidence  -- `low`: it is not known which was first
FROM first
LEFT JOIN rivals ON rivals.story_id = first.story_id
LEFT JOIN same_text ON same_text.story_id = first.story_id
