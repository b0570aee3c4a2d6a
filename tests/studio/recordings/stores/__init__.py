"""Where films are published to: the show server, or a store that speaks S3."""
