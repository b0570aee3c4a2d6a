"""Taking back what one did oneself."""

from studio.commands.base import Command


class Undo(Command, tag="undo"):
    """Take back your latest undoable command."""


class Redo(Command, tag="redo"):
    """Do again what you took back last."""
