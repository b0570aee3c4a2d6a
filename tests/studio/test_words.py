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
FIELD = re.compile(r"\{(\w+)")


def sentences() -> dict[str, str]:
    """Every msgid in the code, and where it stands."""
    keywords = dict.fromkeys(("_", "N_", *ERRORS))
    return {
        str(message): f"{folder}/{name}:{line}"
        for folder in ("studio", "ui")
        for name, line, message, _, _ in extract_from_dir(ROOT / folder, [("**.py", "python")], keywords=keywords)
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


def test_the_page_has_the_same_keys_in_both_languages_and_uses_them_all() -> None:
    viewer = paths.assets() / "viewer"
    text = (viewer / "strings.js").read_text()
    english, dansk = (set(re.findall(r"^    (\w+):", part, re.MULTILINE)) for part in text.split("  da: {"))
    assert english == dansk
    code = "".join(path.read_text() for path in viewer.rglob("*.js") if path.name != "strings.js")
    made = [re.compile(f"{before}.+{after}") for before, after in re.findall(r"`(\w*)\$\{\w+\}(\w*)`", code) if before or after]
    used = {key for key in english if f"'{key}'" in code or any(pattern.fullmatch(key) for pattern in made)}
    assert english - used == {f"{key}_one" for key in used} & english - used


def test_an_error_reads_in_danish() -> None:
    error = errors.NotFound("There is no show {show}", show="fest")
    assert error.sentence(lambda text: i18n.translate(text, "da")) == "Der er intet show fest"
