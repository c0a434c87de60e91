-- a change of an article after it was first seen, by a correction or silently: its numbers, headline, sentences, or what its page says of itself
WITH stepped AS (
    SELECT
        article_id, outlet, version, first_seen_at, title, authors, published_at, published_precision, notices, body,
        lag(version) OVER steps AS from_version,
        lag(title) OVER steps AS old_title,
        lag(authors) OVER steps AS old_authors,
        lag(published_at) OVER steps AS old_published_at,
        lag(published_precision) OVER steps AS old_precision,
        lag(notices) OVER steps AS old_notices,
        lag(body) OVER steps AS old_body
    FROM articles
    WHERE article_id IN (SELECT article_id FROM articles WHERE version > 1)
    WINDOW steps AS (PARTITION BY article_id ORDER BY first_seen_at, version)
),
-- Lines that other pages showed not to be the article's: what was cut on one night and not on another is no change.
cut_lines AS (
    SELECT article_id, list(text) AS lines
    FROM cuts
    WHERE article_id IN (SELECT article_id FROM stepped)
    GROUP BY article_id
),
compared AS (
    SELECT
        stepped.* EXCLUDE (notices),
        list_filter(notices, lambda notice: NOT list_contains(old_notices, notice)) AS notices,
        regexp_extract_all(concat_ws(' ', title, body), '\d+(?:[.,:]\d+)*') AS numbers,
        regexp_extract_all(concat_ws(' ', old_title, old_body), '\d+(?:[.,:]\d+)*') AS old_numbers,
        -- up to a full stop with white space after it: `3.5` is no end of a sentence
        list_transform(
            regexp_extract_all(body, '[^\n]+?(?:[.!?…]+["”’»)\]]*(?:\s|$)|[。！？]+[」』”]*|\n|$)'), lambda s: trim(s, E' \n\t\r')
        ) AS sentences,
        list_transform(
            regexp_extract_all(old_body, '[^\n]+?(?:[.!?…]+["”’»)\]]*(?:\s|$)|[。！？]+[」』”]*|\n|$)'), lambda s: trim(s, E' \n\t\r')
        ) AS old_sentences,
        coalesce(cut_lines.lines, []) AS cut_lines
    FROM stepped
    LEFT JOIN cut_lines ON cut_lines.article_id = stepped.article_id
    WHERE from_version IS NOT NULL
),
changed AS (
    SELECT article_id, outlet, from_version, version, first_seen_at AS seen_at, notices,
        'numbers' AS what,
        list_filter(old_numbers, lambda n: NOT list_contains(numbers, n)) AS before,
        list_filter(numbers, lambda n: NOT list_contains(old_numbers, n)) AS after
    FROM compared
    UNION ALL BY NAME
    SELECT article_id, outlet, from_version, version, first_seen_at AS seen_at, notices,
        'sentences' AS what,
        list_filter(old_sentences, lambda s: NOT list_contains(sentences, s)
            AND len(list_filter(cut_lines, lambda line: contains(line, s))) = 0) AS before,
        list_filter(sentences, lambda s: NOT list_contains(old_sentences, s)
            AND len(list_filter(cut_lines, lambda line: contains(line, s))) = 0) AS after
    FROM compared
    UNION ALL BY NAME
    SELECT article_id, outlet, from_version, version, first_seen_at AS seen_at, notices,
        'headline' AS what,
        list_filter([old_title], lambda t: t IS NOT NULL) AS before,
        list_filter([title], lambda t: t IS NOT NULL) AS after
    FROM compared
    WHERE title IS DISTINCT FROM old_title
    UNION ALL BY NAME
    SELECT article_id, outlet, from_version, version, first_seen_at AS seen_at, notices,
        'authors' AS what, old_authors AS before, authors AS after
    FROM compared
    WHERE authors <> old_authors
    UNION ALL BY NAME
    SELECT article_id, outlet, from_version, version, first_seen_at AS seen_at, notices,
        'published_at' AS what, [old_published_at::VARCHAR] AS before, [published_at::VARCHAR] AS after
    FROM compared
    WHERE CASE
        WHEN 'day' IN (published_precision, old_precision)
            THEN published_at::DATE <> old_published_at::DATE AND abs(epoch(published_at - old_published_at)) > 86400
        ELSE date_trunc('minute', published_at) <> date_trunc('minute', old_published_at)
    END
    UNION ALL BY NAME
    SELECT change.article_id, article.outlet, change.version AS from_version, change.version, change.seen_at,
        change.notices, if(change.what = 'title', 'headline', change.what) AS what,
        list_filter([change.before], lambda t: t IS NOT NULL) AS before,
        list_filter([change.after], lambda t: t IS NOT NULL) AS after
    FROM article_changes AS change
    JOIN articles AS article ON article.article_id = change.article_id AND article.version = change.version
)
SELECT
    article_id, outlet, from_version,
    version,  -- the same as `from_version` where the text has not changed
    seen_at,  -- when we first saw it changed
    what,
    list_filter(before, lambda value, position: list_position(before, value) = position) AS before,  -- each once, in its order
    list_filter(after, lambda value, position: list_position(after, value) = position) AS after,
    notices,  -- corrections, updates and notes that the page prints and did not print before
    len(notices) = 0 AS silent
FROM changed
WHERE len(before) > 0 OR len(after) > 0
ORDER BY seen_at DESC, article_id, version, what
