"""Scenes become a picture: geometry and transitions (pure), the compositor, the program thread, and the commands."""
