"""What `vitrine check` looks at, one file a subject."""
