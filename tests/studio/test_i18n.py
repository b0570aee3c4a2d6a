"""Which language is spoken."""

import pytest

from studio import i18n

VARIABLES = ("VITRINE_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    i18n.catalogue.cache_clear()


@pytest.mark.parametrize("name", VARIABLES)
@pytest.mark.parametrize(
    ("value", "language"), [("da_DK.UTF-8", "da"), ("DA", "da"), ("en_GB.UTF-8", "en"), ("de_DE", "en"), ("C", "en")]
)
def test_the_systems_language_is_taken_where_we_have_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, language: str
) -> None:
    monkeypatch.setenv(name, value)
    assert i18n.preferred() == language


def test_our_own_variable_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("VITRINE_LANGUAGE", "da")
    assert i18n.preferred() == "da"


def test_an_empty_variable_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_LANGUAGE", "")
    monkeypatch.setenv("LANG", "da_DK.UTF-8")
    assert i18n.preferred() == "da"


def test_a_language_is_used_until_another_is() -> None:
    i18n.use("da")
    assert (i18n.language(), i18n._("There is no such setting")) == ("da", "Den indstilling findes ikke")
    i18n.use("en")
    assert (i18n.language(), i18n._("There is no such setting")) == ("en", "There is no such setting")


def test_a_language_we_do_not_have_is_english() -> None:
    i18n.use("fr")
    assert i18n.language() == "en"
    assert i18n.translate("There is no such setting", "fr") == "There is no such setting"


def test_another_language_than_the_one_in_use_can_be_asked_for() -> None:
    assert i18n.translate("There is no such setting", "da") == "Den indstilling findes ikke"
    assert i18n.language() == "en"


def test_what_has_no_translation_stays_english() -> None:
    assert i18n.translate("Colourless green ideas", "da") == "Colourless green ideas"
    assert i18n.N_("Colourless green ideas") == "Colourless green ideas"


def test_without_its_catalogue_the_studio_speaks_english(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("studio.i18n.po_path", lambda language: f"{tmp_path}/no.po")
    assert i18n.translate("There is no such setting", "da") == "There is no such setting"
    assert "the catalogue of da cannot be read" in caplog.text
    monkeypatch.undo()
    i18n.catalogue.cache_clear()
