"""Guests of a show: their links, their pages' sockets, and the way between them and the desktop."""
