"""Every sentence a person can meet is there in Danish, with the same fields, and none is left over."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from studio import errors, i18n, paths
from studio.errors import StudioError
from studio.server.auth import Unauthorised
from studio.server.whep import UnsupportedMedia

ROOT = Path(__file__).parents[2]
ERRORS = {StudioError.__name__, UnsupportedMedia.__name__, Unauthorised.__name__, *(c.__name__ for c in errors.BY_CODE.values())}
KINDS = [("**.py", "python"), ("**.js", "javascript")]
FIELD = re.compile(r"\{(\w+)")


def sentences() -> dict[str, str]:
    """Every msgid in the code, and where it stands."""
    keywords = dict.fromkeys(("_", "N_", *ERRORS))
    return {
        str(message): f"{folder}/{name}:{line}"
        for folder in ("studio", "ui", "assets/console")
        for name, line, message, _, _ in extract_from_dir(ROOT / folder, KINDS, keywords=keywords)
    } | {str(errors.Confirm("x").message): "studio/errors.py"}


def danish() -> dict[str, str]:
    with open(i18n.po_path("da"), "rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}


def test_every_sentence_has_its_danish() -> None:
    known = danish()
    assert {message: where for message, where in sentences().items() if not known.get(message)} == {}


def test_no_danish_is_left_over() -> None:
    assert set(danish()) - set(sentences()) == set()


def test_fields_are_the_same_in_both_languages() -> None:
    for english, words in danish().items():
        assert sorted(FIELD.findall(english)) == sorted(FIELD.findall(words)), english


ELEMENTS = {
    "vitrine-show.js": ("shared", "show"),
    "clip/vitrine-clip.js": ("shared", "clip"),
    "relation/vitrine-slot.js": ("slot",),
    "relation/vitrine-for-you.js": ("slot",),
    "relation/vitrine-newsletter.js": ("newsletter",),
    "call/vitrine-call.js": ("shared", "rooms", "call"),
    "guest/vitrine-guest.js": ("shared", "rooms", "guest"),
}
"""The files of words that each element of the page loads."""
IMPORTED = re.compile(r"(?:import|from) '(\.[^']+)'|import\('(\.[^']+)'\)")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def page_words(file: Path) -> set[str]:
    """The keys of a file of words, which are the same in both languages."""
    english, dansk = (set(re.findall(r"^    (\w+):", part, re.MULTILINE)) for part in file.read_text().split("  da: {"))
    assert english == dansk, file
    return english


def code_of(element: Path, seen: set[Path]) -> set[Path]:
    """An element's files: what it imports, and what that does; words are none."""
    if element in seen or element.parent.name == "words":
        return seen
    seen.add(element)
    for now, later in IMPORTED.findall(COMMENT.sub("", element.read_text())):
        code_of((element.parent / (now or later)).resolve(), seen)
    return seen


def said_by(code: str, keys: set[str]) -> set[str]:
    made = [re.compile(f"{before}.+{after}") for before, after in re.findall(r"`(\w*)\$\{\w+\}(\w*)`", code) if before or after]
    used = {key for key in keys if f"'{key}'" in code or any(pattern.fullmatch(key) for pattern in made)}
    return used | {f"{key}_one" for key in used if f"{key}_one" in keys}


def test_the_page_has_the_same_keys_in_both_languages_and_uses_them_all() -> None:
    viewer = paths.assets() / "viewer"
    files = {file.stem: page_words(file) for file in (viewer / "words").glob("*.js")}
    assert sum(map(len, files.values())) == len(set().union(*files.values())), "a word stands once"
    code = "".join(path.read_text() for path in viewer.rglob("*.js") if path.parent.name != "words")
    every = set().union(*files.values())
    assert every - said_by(code, every) == set()


def test_every_element_of_the_page_loads_the_words_that_it_says() -> None:
    viewer = (paths.assets() / "viewer").resolve()
    files = {file.stem: page_words(file) for file in (viewer / "words").glob("*.js")}
    literal = re.compile(r"'(\w+)'")
    for element, loaded in ELEMENTS.items():
        text = (viewer / element).read_text()
        assert set(re.findall(r"/words/(\w+)\.js'", text)) == set(loaded), element
        code = "".join(path.read_text() for path in code_of(viewer / element, set()))
        said = {key for key in literal.findall(" ".join(re.findall(r"say\([^)]*", code))) if key in set().union(*files.values())}
        missing = said - set().union(*(files[name] for name in loaded))
        assert said
        assert missing == set(), element


def test_an_error_reads_in_danish() -> None:
    error = errors.NotFound("There is no show {show}", show="fest")
    assert error.sentence(lambda text: i18n.translate(text, "da")) == "Der er intet show fest"
