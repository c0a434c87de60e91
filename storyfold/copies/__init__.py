"""Find near-duplicates: who copied whom, and which articles have one text.

`near_duplicates.find_near_duplicates` is the stage; `sketch`, `candidate_days`, `compare_texts`, `edges`, `direction`,
`families` and `family_roles` are its steps, in that order.
"""
