"""Who is credited with a text: agencies, names and bylines; and whose page the text stands on."""
