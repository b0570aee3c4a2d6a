"""Looking before going on air."""

from studio.commands.base import Command


class PreflightRun(Command, tag="preflight.run", frozen=True, kw_only=True):
    """Look at camera, microphone, encoder, network, disk and the show; the findings appear in the state."""
