"""Desktops at the server."""
