"""A show at the server while it runs."""
