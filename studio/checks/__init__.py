"""What is looked at before a show, by `vitrine check` and by the preflight page; one file a subject."""
