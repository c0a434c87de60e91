-- the stories that this run made or changed, the most widely told first
WITH told AS MATERIALIZED (SELECT DISTINCT story_id FROM stories WHERE run_id = $run_id)
SELECT
    top_stories.story_id, top_stories.headline, top_stories.independent_sources, top_stories.own_texts,
    top_stories.outlets, top_stories.articles,
    top_stories.first_published_at, top_stories.last_published_at, top_stories.keywords, top_stories.why,
    top_stories.provisional,
    first_reports.article_id AS first_article_id,
    coalesce(first_reports.maybe_earlier, 0) AS maybe_earlier,
    coalesce(first_reports.same_text_outlets, []) AS same_text_outlets,
    coalesce(mentioned.also_in, []) AS also_in,
    first_reports.confidence AS first_confidence,
    earlier.headline AS follows_headline,
    earlier.last_published_at AS follows_published_at,
    (SELECT count(*) FROM current_stories SEMI JOIN told USING (story_id)) AS total
FROM top_stories
LEFT JOIN first_reports ON first_reports.story_id = top_stories.story_id
LEFT JOIN (
    SELECT mention.story_id, list(concat_ws(', ', coalesce(title, 'without a title'), outlet) ORDER BY similarity DESC, article_id)[:6] AS also_in
    FROM story_mentions AS mention
    JOIN placed_articles USING (article_id)
    WHERE mention.story_id IN (FROM told)
    GROUP BY mention.story_id
) AS mentioned ON mentioned.story_id = top_stories.story_id
LEFT JOIN current_follows ON current_follows.story_id = top_stories.story_id
LEFT JOIN current_stories AS earlier ON earlier.story_id = current_follows.follows_story_id
WHERE top_stories.story_id IN (FROM told)
ORDER BY place
LIMIT 12
