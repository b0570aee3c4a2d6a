"""Vitrine: a live-show host studio for the desktop. The map of this package is in the README and in each folder's docstring."""

__version__ = "0.1.0"
