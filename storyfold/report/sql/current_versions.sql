-- an article, with its version that was seen last
SELECT article_id, version
FROM articles
QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY first_seen_at DESC, version DESC) = 1
