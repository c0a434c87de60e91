-- the run's last attempt: what came in and what became of it
SELECT
    night_summary.run_id, night_summary.attempt, night_summary.night, night_summary.status,
    pages_in, kept, rejected, new_articles, changed_articles, moved_articles, gone_articles,
    stories, seconds,
    night_summary.started_at, night_summary.finished_at, engine, code_version, detail
FROM night_summary
JOIN runs ON runs.run_id = night_summary.run_id AND runs.attempt = night_summary.attempt
WHERE night_summary.run_id = $run_id
ORDER BY night_summary.attempt DESC
LIMIT 1
