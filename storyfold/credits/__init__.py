"""Who is credited with a text: agencies; names and bylines follow."""
