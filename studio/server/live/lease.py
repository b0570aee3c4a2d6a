"""Who may send a show's programme: pure, time is an argument.

A lease is (show, client, epoch). It ends `TTL_S` after the last heartbeat. Another client is refused with the holder's
name, or takes over on purpose with the next epoch; media of older epochs is dropped.
"""

from dataclasses import dataclass

from studio.errors import Held

TTL_S = 10.0


@dataclass
class Lease:
    """The lease of one show. `epoch` only grows, also over restarts (the caller stores it)."""

    epoch: int = 0
    client: str = ""
    name: str = ""
    beat_s: float = 0.0

    def held(self, now_s: float) -> bool:
        """Whether somebody holds it."""
        return bool(self.client) and now_s - self.beat_s < TTL_S

    def take(self, client: str, name: str, now_s: float, *, take_over: bool = False) -> tuple[int, str]:
        """Take it for `client`: its epoch and whom it was taken from. The holder itself keeps its epoch.

        Raises `Held` when another client holds it and `take_over` is not set.
        """
        if self.held(now_s):
            if self.client == client:
                self.beat_s = now_s
                return self.epoch, ""
            if not take_over:
                raise Held("The show is being sent from {holder}", holder=self.name or self.client)
        previous = self.name if self.held(now_s) else ""
        self.epoch, self.client, self.name, self.beat_s = self.epoch + 1, client, name, now_s
        return self.epoch, previous

    def beat(self, client: str, now_s: float) -> bool:
        """A heartbeat of `client`; False when it does not hold the lease."""
        if self.client != client:
            return False
        self.beat_s = now_s
        return True

    def release(self, client: str) -> bool:
        """Give it back; False when `client` does not hold it."""
        if self.client != client:
            return False
        self.client = self.name = ""
        return True
