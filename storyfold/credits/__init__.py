"""Read who is credited with a text: agencies, names and bylines; and say whose page it stands on."""
