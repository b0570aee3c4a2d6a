"""A letter as it is drawn."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from studio.server.newsletter.drawing import as_html, as_text, ink_on
from studio.server.newsletter.letter import Card, Frame, Letter, Part

FRAME = Frame(
    brand="Sandø & <Co>",
    contact="Strandgade 1",
    colour="#8c4a36",
    language="da",
    why="Fordi du bad om det.",
    leave="https://sandoe.example/mail/leave/x",
    leave_text="Afmeld",
)
NASTY = '"><script>alert(1)</script><img src=x onerror=alert(1)> &amp; {{x}}'
words = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40)


class Seen(HTMLParser):
    """The elements and the words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.events: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.events |= {name for name, _ in attrs if name.startswith("on")}
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


def letter(text: str) -> Letter:
    card = Card(title=text, brand=text, price="249 kr.", url="https://shop.example/a?b=1&c=2", image="https://shop.example/a.jpg")
    part = Part(title=text, paragraphs=(text, f"{text}\n{text}"), cards=(card,), link="https://shop.example/", link_text=text)
    return Letter(subject=text, preview=text, parts=(part, Part(picture="https://shop.example/b.jpg", picture_text=text)))


@given(words)
def test_whatever_was_written_is_text(text: str) -> None:
    seen = Seen(as_html(letter(NASTY + text), FRAME))
    assert "script" not in seen.tags
    assert not seen.events
    assert all(link.startswith("https://") for link in seen.links)
    shown = " ".join((NASTY + text).split())
    assert shown in " ".join(seen.text.split())


def test_it_says_who_it_is_from_and_how_it_ends() -> None:
    seen = Seen(as_html(letter("Hej"), FRAME))
    for words_ in ("Sandø & <Co> · Strandgade 1", "Fordi du bad om det.", "Afmeld"):
        assert words_ in seen.text
    assert FRAME.leave in seen.links
    assert "https://shop.example/a?b=1&c=2" in seen.links
    text = as_text(letter("Hej"), FRAME)
    assert text.endswith(f"Afmeld: {FRAME.leave}\n")
    assert "* Hej, Hej: 249 kr." in text


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_a_button_can_be_read_on_any_colour(colour: str) -> None:
    def light(one: str) -> float:
        shares = [int(one[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    one, other = sorted((light(colour), light(ink_on(colour))))
    assert (other + 0.05) / (one + 0.05) >= 4.2


def test_twelve_products_are_shorter_than_what_mail_programs_cut() -> None:
    long = "Rolig serum med hyaluronsyre og niacinamid til tør og følsom hud"
    address = "https://shop.example/" + "x" * 200
    card = Card(title=long, brand="Sandø", price="1.249,50 kr.", url=address, image=address, note=long)
    whole = as_html(Letter(subject="x", preview="", parts=(Part(title=long, cards=(card,) * 12),)), FRAME)
    assert len(whole.encode()) < 102_000
