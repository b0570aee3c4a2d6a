"""The pages that letters' links lead to: one question, and a button that answers it. Programs that follow every link of a mail
change nothing here."""

import html
from collections.abc import Sequence

from aiohttp import web

from studio.i18n import N_, translate
from studio.server.pages import plain_page


def asks_to_confirm(brand: str, topics: Sequence[str], language: str) -> web.Response:
    """`GET /mail/confirm/{token}`."""
    heading = translate(N_("Shall {brand} write to you?"), language).format(brand=brand)
    text = translate(N_("About: {topics}. You can stop it at any time, with the link in every mail."), language)
    button = translate(N_("Yes, write to me"), language)
    return _page(language, brand, heading, text.format(topics=", ".join(topics)), [("", button, "first")])


def confirmed(brand: str, language: str) -> web.Response:
    """What is said then."""
    heading = translate(N_("You are on the list"), language)
    return _page(language, brand, heading, translate(N_("The next mail will come to your address."), language))


def asks_to_leave(brand: str, topic: str, language: str) -> web.Response:
    """`GET /mail/leave/{token}`."""
    heading = translate(N_("No more mails about “{topic}”?"), language).format(topic=topic)
    buttons = [
        ("topic", translate(N_("Unsubscribe"), language), "first"),
        ("all", translate(N_("No more mails from {brand} at all"), language).format(brand=brand), ""),
        ("forget", translate(N_("Delete my address, and what was sent to it"), language), "quiet"),
    ]
    return _page(language, brand, heading, translate(N_("One click is enough."), language), buttons)


def left(brand: str, language: str, *, forgotten: bool) -> web.Response:
    """What is said then."""
    heading = translate(N_("Your address is deleted") if forgotten else N_("You are unsubscribed"), language)
    text = N_("If you want mails again one day, ask for them in the shop.")
    return _page(language, brand, heading, translate(text, language))


def _page(language: str, brand: str, heading: str, text: str, buttons: Sequence[tuple[str, str, str]] = ()) -> web.Response:
    e = html.escape
    drawn = "".join(
        f'<button name="scope" value="{e(value)}"{f" class={kind!r}" if kind else ""}>{e(words)}</button>'
        for value, words, kind in buttons
    )
    form = f'<form method="post">{drawn}</form>' if drawn else ""
    return plain_page(language, brand, heading, text, form)
