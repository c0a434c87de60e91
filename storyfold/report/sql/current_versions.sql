-- an article, with its version that was seen last; one that only repeats the version before it, as is known since, is none
SELECT article_id, version
FROM articles
WHERE is_repeat IS NOT TRUE
QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY first_seen_at DESC, version DESC) = 1
