"""The shop as pure data and functions."""
