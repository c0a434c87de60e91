-- a source on a night that landed, with what it gave, when it last gave something new, and whether it dries up
WITH history AS (
    SELECT
        source_nights.*,
        landed_runs.night,
        -- what it gave on the nights before on which it gave anything, of the last seven: no more than a week back
        median(source_nights.kept) FILTER (source_nights.kept > 0) OVER earlier AS usual,
        max(landed_runs.night) FILTER (source_nights.new > 0) OVER so_far AS last_new,
        landed_runs.finished_at
    FROM source_nights
    JOIN landed_runs ON landed_runs.run_id = source_nights.run_id AND landed_runs.attempt = source_nights.attempt
    WINDOW
        earlier AS (
            PARTITION BY source_nights.source_id ORDER BY landed_runs.finished_at ROWS BETWEEN 7 PRECEDING AND 1 PRECEDING
        ),
        so_far AS (
            PARTITION BY source_nights.source_id ORDER BY landed_runs.finished_at
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        )
)
SELECT
    source_id, outlet, run_id, attempt, night, asked, items, new, changed, kept, rejected,
    last_new,  -- the last night so far that brought an article not seen before
    usual,  -- kept articles a night before: the median of those of the last seven nights that had any
    CASE
        WHEN usual IS NULL THEN NULL
        WHEN items = 0 THEN 'nothing found'
        WHEN kept = 0 THEN 'nothing kept'
        WHEN kept < usual / 2 THEN 'less than half'
    END AS warning  -- null where there is nothing to warn of
FROM history
ORDER BY finished_at DESC, warning NULLS LAST, source_id
