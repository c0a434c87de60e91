-- the five outlets with most of others' text
SELECT outlet, articles, copies_of_others, copied_by_others
FROM copies_by_outlet
WHERE copies_of_others > 0
ORDER BY copies_of_others DESC, outlet
LIMIT 5
