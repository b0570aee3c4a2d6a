"""Voices from far away that are heard here, and whose echo is taken out of the microphones as long as there are any."""

import logging
from typing import Protocol

from studio.audio.echo import EchoCancellation
from studio.audio.mixer import Mixer
from studio.media.timed_ring import TimedRing

log = logging.getLogger(__name__)


class Sound(Protocol):
    """The audio desk, as calls need it."""

    def hear_far(self, rings: dict[str, TimedRing]) -> None:
        """Who is heard here now."""


class RemoteAudio:
    """Calls and guests each say who is there."""

    def __init__(self, mixer: Mixer, sound: Sound) -> None:
        self._mixer = mixer
        self._sound = sound
        self._echo: EchoCancellation | None = None
        self._there: set[str] = set()
        self._rings: dict[str, dict[str, TimedRing]] = {}

    @property
    def cancels(self) -> bool:
        """Whether what the speakers play is taken out of the microphones."""
        return self._echo is not None

    def hear(self, who: str, rings: dict[str, TimedRing]) -> None:
        """These of `who` are heard here, beside the channels that are monitored."""
        if self._rings.get(who, {}) != rings:
            self._rings[who] = rings
            self._sound.hear_far({name: ring for some in self._rings.values() for name, ring in some.items()})

    def there(self, who: str, *, here: bool) -> None:
        """Whether any of `who` (`calls`, `guests`) could hear themselves in a microphone here."""
        before = bool(self._there)
        (self._there.add if here else self._there.discard)(who)
        if bool(self._there) == before:
            return
        if self._there:
            try:
                self._echo = EchoCancellation()
            except Exception as error:  # without the library: headphones are needed then
                log.warning("echo cancellation cannot be loaded: %s", error)
        else:
            self._echo = None
        self._mixer.set_echo(self._echo)
