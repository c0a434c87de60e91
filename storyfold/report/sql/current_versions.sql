-- an article, with its version that was seen last; one that only repeats the version before it, as is known since, is none
WITH changed AS (SELECT article_id FROM articles WHERE version > 1)
SELECT article_id, version FROM articles WHERE article_id NOT IN (FROM changed)
UNION ALL
SELECT article_id, version FROM articles WHERE article_id IN (FROM changed) AND is_repeat IS NOT TRUE
QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY first_seen_at DESC, version DESC) = 1
