"""Taking back what one did oneself."""

from studio.commands.base import Command


class Undo(Command, tag="undo", frozen=True, kw_only=True):
    """Take back your latest undoable command."""


class Redo(Command, tag="redo", frozen=True, kw_only=True):
    """Do again what you took back last."""
