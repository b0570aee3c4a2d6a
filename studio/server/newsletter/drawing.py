"""A letter as HTML that mail programs show alike (MJML), and as plain text. Whatever the brand or its catalogue wrote is text
here: it is escaped, and what is no web address is no link."""

import html
import re
from collections.abc import Iterable

from mjml import mjml2html

from studio.server.newsletter.letter import Card, Frame, Letter, Part

FONT = "Inter, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"
INK, QUIET, PAPER, WHITE = "#1c1a17", "#6b645a", "#faf8f5", "#ffffff"
TEXT_WIDTH = 78
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
"""What no XML may have."""


def e(text: str) -> str:
    """Words, or a value, as markup."""
    return html.escape(CONTROLS.sub("", text))


def as_html(letter: Letter, frame: Frame) -> str:
    """The whole mail."""
    attributes = _tag(
        "mj-attributes",
        _tag("mj-all", font_family=FONT)
        + _tag("mj-text", font_size="16px", line_height="1.55", color=INK, padding="4px 24px")
        + _tag("mj-section", padding="8px 0", background_color=WHITE),
    )
    preview = _tag("mj-preview", e(letter.preview)) if letter.preview else ""
    head = _tag("mj-head", attributes + _tag("mj-title", e(letter.subject)) + preview)
    top = _tag("mj-text", e(frame.brand), font_size="20px", font_weight="600", align="center", padding="20px 24px 8px")
    body = _section(top) + "".join(_part(part, frame) for part in letter.parts) + _foot(frame)
    drawn = _tag("mj-body", body, background_color=PAPER, width="600px")
    return str(mjml2html(_tag("mjml", head + drawn, lang=frame.language)))


def as_text(letter: Letter, frame: Frame) -> str:
    """The same for who reads no HTML."""
    lines: list[str] = [frame.brand.upper(), ""]
    for part in letter.parts:
        lines += _part_text(part)
    lines += ["--", frame.why, f"{frame.brand} · {frame.contact}", f"{frame.leave_text}: {frame.leave}"]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


# ── HTML ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _part(part: Part, frame: Frame) -> str:
    above = ""
    if part.title:
        above += _tag("mj-text", e(part.title), font_size="20px", font_weight="600", line_height="1.3", padding="12px 24px 4px")
    if part.picture:
        above += _image(part.picture, part.picture_text, part.link, "8px 24px")
    above += "".join(_tag("mj-text", _lines(paragraph)) for paragraph in part.paragraphs)
    if part.note:
        above += _small(part.note)
    button = _button(part, frame) if part.link_text else ""
    if not part.cards:
        return _section(above + button) if above or button else ""
    rows = "".join(_row(part.cards[start : start + 2], alone=len(part.cards) == 1) for start in range(0, len(part.cards), 2))
    return (_section(above) if above else "") + rows + (_section(button) if button else "")


def _foot(frame: Frame) -> str:
    """Who it is from, why it came, and how it stops (RFC 8058; Danish Marketing Act, § 10)."""
    sender = f"{e(frame.why)}<br />{e(frame.brand)} · {e(frame.contact)}"
    leave = _link(frame.leave, frame.leave_text, f"color:{INK}")
    words = "".join(_tag("mj-text", text, font_size="13px", color=QUIET, align="center") for text in (sender, leave))
    return _tag("mj-section", _tag("mj-column", words), background_color=PAPER, padding="16px 0 32px")


def _button(part: Part, frame: Frame) -> str:
    return _tag(
        "mj-button",
        e(part.link_text),
        href=part.link,
        background_color=frame.colour,
        color=ink_on(frame.colour),
        border_radius="10px",
        font_size="16px",
        font_weight="600",
        inner_padding="13px 24px",
        padding="12px 24px",
        align="left",
    )


def _row(cards: tuple[Card, ...], *, alone: bool) -> str:
    """Two beside each other, which stand one below the other on a phone; one alone has its words beside it."""
    if alone and cards[0].image:
        image, words = _picture(cards[0]), _words(cards[0])
        columns = _tag("mj-column", image, width="44%") + _tag("mj-column", words, width="56%", vertical_align="middle")
        return _tag("mj-section", columns, padding="8px 12px")
    columns = "".join(_tag("mj-column", _card(card), width="50%") for card in cards)
    if len(cards) == 1:
        columns += _tag("mj-column", width="50%")
    return _tag("mj-section", columns, padding="8px 12px")


def _card(card: Card) -> str:
    return (_picture(card) if card.image else "") + _words(card)


def _picture(card: Card) -> str:
    return _image(card.image, card.title, card.url, "8px 12px")


def _words(card: Card) -> str:
    title = _link(card.url, card.title, f"color:{INK};text-decoration:none;font-weight:600")
    lines = [_quiet(card.brand) if card.brand else "", title, e(card.price), _quiet(card.note) if card.note else ""]
    return _tag("mj-text", "<br />".join(filter(None, lines)), padding="2px 12px 8px")


def _image(address: str, text: str, link: str, padding: str) -> str:
    href = {"href": link} if link else {}
    return _tag("mj-image", src=address, alt=text, padding=padding, border_radius="10px", fluid_on_mobile="true", **href)


def _section(inner: str) -> str:
    return _tag("mj-section", _tag("mj-column", inner))


def _small(text: str) -> str:
    return _tag("mj-text", e(text), font_size="13px", color=QUIET)


def _quiet(text: str) -> str:
    return f'<span style="color:{QUIET};font-size:13px">{e(text)}</span>'


def _link(address: str, text: str, style: str) -> str:
    return f'<a href="{e(address)}" style="{style}">{e(text)}</a>'


def _lines(paragraph: str) -> str:
    return e(paragraph).replace("\n", "<br />")


def _tag(name: str, inner: str = "", **attributes: str) -> str:
    """An element round `inner`, which is markup already; attributes are escaped."""
    said = "".join(f' {key.replace("_", "-")}="{e(value)}"' for key, value in attributes.items())
    return f"<{name}{said}>{inner}</{name}>"


def ink_on(colour: str) -> str:
    """The ink that can be read on a colour, dark or white, whichever contrasts more (WCAG 2.2, 1.4.3)."""
    light = _light(colour)
    return INK if (light + 0.05) / (_light(INK) + 0.05) > 1.05 / (light + 0.05) else WHITE


def _light(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


# ── plain text ───────────────────────────────────────────────────────────────────────────────────────────────


def _part_text(part: Part) -> Iterable[str]:
    if part.title:
        yield part.title
        yield "-" * min(len(part.title), TEXT_WIDTH)
    if part.picture and part.picture_text:
        yield f"[{part.picture_text}]"
    for paragraph in part.paragraphs:
        yield paragraph
        yield ""
    for card in part.cards:
        yield f"* {', '.join(filter(None, (card.title, card.brand)))}: {card.price}"
        if card.note:
            yield f"  {card.note}"
        yield f"  {card.url}"
    if part.note:
        yield part.note
    if part.link:
        yield f"{part.link_text}: {part.link}" if part.link_text else part.link
    yield ""
