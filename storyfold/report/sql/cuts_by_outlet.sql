-- an outlet and a reason, with the lines that were cut from its articles as they now stand
SELECT
    article.outlet,
    cut.reason,
    count(*) AS lines,
    count(DISTINCT cut.text) AS distinct_lines,
    count(DISTINCT cut.article_id) AS articles,
    sum(len(string_split(cut.text, ' ')))::BIGINT AS words,
    mode(cut.text ORDER BY cut.text) AS commonest_line
FROM cuts AS cut
JOIN placed_articles AS article ON article.article_id = cut.article_id AND article.version = cut.version
GROUP BY article.outlet, cut.reason
ORDER BY lines DESC, article.outlet, cut.reason
