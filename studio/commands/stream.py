"""Commands about our packets on their way to the server."""

from studio.commands.base import Command


class StreamStart(Command, tag="stream.start", frozen=True, kw_only=True):
    """Take the show's lease and send the programme. Refused with the holder's name when another desktop has it."""

    take_over: bool = False


class StreamStop(Command, tag="stream.stop", frozen=True, kw_only=True):
    """Stop sending. The show stays what it is; the audience sees the *right back* curtain."""
