"""Danish and English by gettext. The msgid is the English sentence; `assets/locale/da` holds the Danish one.

The catalogue is read from the .po file itself (babel), so there is no compiled file to forget.
"""

import gettext as _gettext
import io
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
def _translations(language: str) -> _gettext.NullTranslations:
    if language == "en":
        return _gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    try:
        with open(po_path(language), "rb") as file:
            catalog = read_po(file, locale=language, domain="vitrine")
    except OSError as error:  # words are missing, not the studio: it goes on in English
        log.error("the catalogue of %s cannot be read: %s", language, error)
        return _gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


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
    return _translations(_language).gettext(message)


def translate(message: str, language: str) -> str:
    """`message` in another language than the one in use."""
    return _translations(language if language in LANGUAGES else "en").gettext(message)


def N_(message: str) -> str:
    """Mark `message` for translation; it is translated where it is shown."""
    return message
