"""Tests of the console at the server."""
