"""The console: what staff use in a browser."""
