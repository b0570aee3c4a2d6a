"""Danish and English by gettext. The msgid is the English sentence; `assets/locale/da` holds the Danish one.

The catalogue is read from the .po file itself (babel), so there is no compiled file to forget.
"""

import locale
import logging
import os
from functools import lru_cache

from studio import paths

log = logging.getLogger(__name__)

LANGUAGES = ("en", "da")
_language = "en"


def po_path(language: str) -> os.PathLike[str]:
    """The catalogue of `language`."""
    return paths.assets() / "locale" / language / "LC_MESSAGES" / "vitrine.po"


@lru_cache
def catalogue(language: str) -> dict[str, str]:
    """Every sentence that there is in `language`, by the English one; nothing of English."""
    if language == "en":
        return {}
    from babel.messages.pofile import read_po

    try:
        with open(po_path(language), "rb") as file:
            return {str(entry.id): str(entry.string) for entry in read_po(file, locale=language) if entry.id and entry.string}
    except OSError as error:  # words are missing, not the studio: it goes on in English
        log.error("the catalogue of %s cannot be read: %s", language, error)
        return {}


def preferred() -> str:
    """The language of this user's system, when we have it; English otherwise."""
    for name in ("VITRINE_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "da" if value.lower().startswith("da") else "en"
    return "da" if (locale.getlocale()[0] or "").lower().startswith("da") else "en"


def use(language: str) -> None:
    """Set the language of this process."""
    global _language
    _language = language if language in LANGUAGES else "en"


def language() -> str:
    """The language in use."""
    return _language


def _(message: str) -> str:
    """`message` in the language in use."""
    return translate(message, _language)


def translate(message: str, language: str) -> str:
    """`message` in another language than the one in use."""
    return catalogue(language).get(message, message) if language in LANGUAGES else message


def N_(message: str) -> str:
    """Mark `message` for translation; it is translated where it is shown."""
    return message
