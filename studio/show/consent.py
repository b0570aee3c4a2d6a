"""What a visitor has agreed to. Nothing is agreed to until they say so."""

from msgspec import Struct

VERSION = 1
"""Of what is asked; a newer one is asked again."""


class Consent(Struct, frozen=True, kw_only=True):
    """`at_ms` (Unix) is when they answered; None: not yet."""

    analytics: bool = False
    personalisation: bool = False
    marketing: bool = False
    at_ms: int | None = None
    version: int = VERSION

    @property
    def flags(self) -> str:
        """The short form that travels with every stored event: `apm`, in which a `-` stands for a no."""
        return "".join(
            letter if given else "-"
            for letter, given in (("a", self.analytics), ("p", self.personalisation), ("m", self.marketing))
        )
