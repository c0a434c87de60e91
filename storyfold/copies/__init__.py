"""Find near-duplicates: who copied whom, and which articles have one text.

`near_duplicates.find_near_duplicates` is the stage; `word_hashes`, `sketch`, `candidate_pairs`, `align`,
`verify_pairs`, `direction`, `families` and `family_roles` are its steps, in that order.
"""
