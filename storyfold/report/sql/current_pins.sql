-- a pin in force: a correction by an analyst that was not removed
SELECT pin_id, article_id, of_article_id, level, verdict, note, pinned_by, pinned_at, run_id
FROM pins
WHERE unpinned_at IS NULL
