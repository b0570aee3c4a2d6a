"""Which sources a scene shows. The engine's own pure function, so that window and engine cannot disagree."""

from studio.scenes.nesting import shown_sources

__all__ = ["shown_sources"]
