-- an outlet, with how much it copied from others and others from it; an unseen original counts as another's
WITH placed AS (
    SELECT
        article.outlet,
        article.role = 'original' AS is_original,
        article.role IN ('syndicated', 'excerpt', 'mirror')
            AND (original.article_id IS NULL OR original.outlet IS DISTINCT FROM article.outlet) AS has_others_text,
        coalesce(article.original_confidence NOT IN ('low', 'unknown'), true) AS is_sure,
        original.outlet AS original_outlet
    FROM placed_articles AS article
    LEFT JOIN placed_articles AS original ON original.article_id = article.original_article_id
),
copied AS (
    SELECT original_outlet AS outlet, count(*) AS copied_by_others
    FROM placed
    WHERE has_others_text AND is_sure AND original_outlet IS NOT NULL
    GROUP BY original_outlet
)
SELECT
    placed.outlet,
    count(*) AS articles,
    count(*) FILTER (placed.is_original) AS originals,
    count(*) FILTER (placed.has_others_text AND placed.is_sure) AS copies_of_others,
    -- the same text as another outlet's, and nothing tells which of the two was first
    count(*) FILTER (placed.has_others_text AND NOT placed.is_sure) AS maybe_copies,
    coalesce(any_value(copied.copied_by_others), 0) AS copied_by_others,
    count(*) FILTER (placed.has_others_text AND placed.is_sure) / count(*) AS share_copied
FROM placed
LEFT JOIN copied ON copied.outlet = placed.outlet
GROUP BY placed.outlet
ORDER BY articles DESC, placed.outlet
