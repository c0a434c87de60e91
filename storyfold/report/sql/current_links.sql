-- a link in the text of an article as it now stands, with the article of the lake that it leads to, where there is one
WITH addressed AS (
    -- of several articles at one address, as an older version of this program could make them, the one seen first
    SELECT article.canonical_url, min_by(article.article_id, (article.first_seen_at, article.article_id)) AS article_id
    FROM articles AS article
    JOIN current_versions ON current_versions.article_id = article.article_id AND current_versions.version = article.version
    WHERE article.canonical_url IS NOT NULL
    GROUP BY article.canonical_url
)
SELECT
    link.article_id,
    link.version,
    link.seen_date,
    article.outlet,
    article.title,
    link.position,
    link.anchor,  -- null of what an older version landed
    link.address,
    link.publisher,
    link.is_internal,  -- null where the article's own address is not known
    addressed.article_id AS linked_article_id
FROM article_links AS link
JOIN current_versions AS latest ON latest.article_id = link.article_id AND latest.version = link.version
JOIN articles AS article ON article.article_id = link.article_id AND article.version = link.version
LEFT JOIN addressed ON addressed.canonical_url = link.address
