"""Stories: which articles are about one event, and which story of the nights before that is."""
