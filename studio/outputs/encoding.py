"""Encoded pictures on demand, whoever makes them."""

from typing import Protocol


class Encoding(Protocol):
    """Pictures come while it has `readers`: an encoder of one's own, or a share of another's. Any thread."""

    readers: int

    def start(self) -> None:
        """Begin."""

    def close(self) -> None:
        """No more."""

    def request_keyframe(self) -> None:
        """One as soon as possible."""

    @property
    def dropped(self) -> int:
        """Pictures that were lost."""
