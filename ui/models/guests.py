"""Whom a guest source can show."""

from studio.i18n import _
from studio.show.guest import ON_CALL
from studio.state import State


def guest_choices(state: State) -> list[tuple[str, str]]:
    """A name for the person, and what it is in the source's settings."""
    return [(_("The customer of the call, when they agree"), ON_CALL), *((guest.name, guest.id) for guest in state.guests)]
