"""A way out for the programme, as what controls it sees it. A new one is a class of this shape beside `to_link`."""

from collections.abc import Mapping
from typing import Protocol

from studio.outputs.encoding import Encoding


class Output(Protocol):
    """Runs from `start` to `close` for one time on air; `epoch` may change meanwhile, when the lease was lost and won again."""

    epoch: int

    @property
    def encoders(self) -> Mapping[int, Encoding]:
        """Its renditions by their short side, the largest first."""

    def start(self, epoch: int, media_ms: int) -> None:
        """Begin to send; the stream clock goes on from `media_ms` now."""

    def close(self) -> None:
        """Stop sending. May take as long as an encoder needs to end; not on the loop."""

    def media_ms(self) -> int:
        """The stream clock now."""

    def media_at(self, pts_ns: int) -> int:
        """The stream clock at a moment of the media clock."""

    def demand(self, short_side: int, readers: int, max_kbps: int) -> None:
        """So many read a rendition, which may cost so much at most (0: no limit)."""

    def request_keyframe(self, short_side: int) -> None:
        """Somebody cannot go on without one."""

    def rates(self) -> dict[int, int]:
        """Each rendition's bitrate in kbit/s, the largest first."""

    @property
    def codec(self) -> str:
        """What the largest rendition is encoded with now."""

    @property
    def late_ticks(self) -> int:
        """Pictures of the programme that came too late."""
