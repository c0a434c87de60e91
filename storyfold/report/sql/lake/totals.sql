-- what the lake holds
SELECT
    count(*) AS articles,
    count(DISTINCT story_id) AS stories,
    count(*) FILTER (role IN ('syndicated', 'excerpt', 'mirror')) AS copies
FROM placed_articles
