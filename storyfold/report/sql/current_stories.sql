-- a story that stands, as of the last run that changed it; closed when no article came for so many days before the last night
SELECT
    latest.*,
    -- rows of older programs do not say until when: as with the default of the setting `closes_days`
    coalesce(latest.open_until, (latest.last_published_at AT TIME ZONE 'UTC')::DATE + 14)
        < (SELECT max(night) FROM landed_runs) AS is_closed
FROM (
    SELECT stories.*
    FROM stories
    JOIN landed_runs USING (run_id, attempt)
    QUALIFY row_number() OVER (
        PARTITION BY stories.story_id
        ORDER BY landed_runs.finished_at DESC, landed_runs.started_at DESC, stories.run_id DESC, stories.attempt DESC
    ) = 1
) AS latest
WHERE latest.status = 'current'
