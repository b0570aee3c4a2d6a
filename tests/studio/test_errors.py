"""Errors a person meets: a stable code, a sentence in their language, and the same class after a journey."""

import pytest

from studio import errors, wire
from studio.errors import BY_CODE, HTTP_STATUS, Confirm, DeviceFailed, Held, InvalidValue, NotFound, StudioError, from_wire


def test_the_sentence_is_filled_in() -> None:
    error = NotFound("There is no scene {scene}", scene="Opening")
    assert str(error) == "There is no scene Opening"


def test_the_field_stands_in_front() -> None:
    error = InvalidValue("must be one of {choices}", field="canvas", choices="1920x1080")
    assert str(error) == "canvas: must be one of 1920x1080"
    assert error.problem(str) == "must be one of 1920x1080"


def test_the_template_is_translated_before_the_values_go_in() -> None:
    danish = {"There is no scene {scene}": "Der er ingen scene {scene}"}
    error = NotFound("There is no scene {scene}", field="scene", scene="{scene}")
    assert error.sentence(danish.__getitem__) == "scene: Der er ingen scene {scene}"


def test_a_sentence_without_values_may_contain_braces() -> None:
    assert str(StudioError("a {brace} stays")) == "a {brace} stays"


def test_a_confirmation_tells_its_code() -> None:
    error = Confirm("1a2b3c")
    assert error.confirm == "1a2b3c"
    assert str(error) == "This needs a confirmation: send it again with confirm=1a2b3c"


def every_error() -> list[type[StudioError]]:
    return [cls for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, StudioError)]


def test_every_error_has_its_own_code_and_an_http_status() -> None:
    codes = [cls.code for cls in every_error()]
    assert len(codes) == len(set(codes))
    assert set(codes) == set(HTTP_STATUS) == {*BY_CODE, Confirm.code}


def test_each_code_names_its_own_class() -> None:
    assert all(BY_CODE[code].code == code for code in BY_CODE)


@pytest.mark.parametrize("cls", [cls for cls in every_error() if cls is not Confirm])
def test_an_error_is_the_same_after_the_wire(cls: type[StudioError]) -> None:
    sent = wire.wire_error(cls("{what} at {place:d}", field="x.y", what="pear", place=7))
    got = from_wire(sent.code, sent.message, sent.field, sent.params)
    assert type(got) is cls
    assert str(got) == "x.y: pear at 7"


def test_a_confirmation_is_the_same_after_the_wire() -> None:
    sent = wire.wire_error(Confirm("abc123"))
    got = from_wire(sent.code, sent.message, sent.field, sent.params)
    assert isinstance(got, Confirm)
    assert got.confirm == "abc123"


def test_values_that_json_does_not_know_travel_as_words() -> None:
    sent = wire.wire_error(DeviceFailed("{problem}", problem=OSError("no such device")))
    assert sent.params == {"problem": "no such device"}


def test_a_code_from_a_newer_version_is_still_an_error() -> None:
    got = from_wire("teapot", "I am {what}", None, {"what": "a teapot"})
    assert type(got) is StudioError
    assert str(got) == "I am a teapot"


def test_held_is_a_conflict_and_a_failed_device_is_our_fault() -> None:
    assert HTTP_STATUS[Held.code] == 409
    assert HTTP_STATUS[DeviceFailed.code] == 503
