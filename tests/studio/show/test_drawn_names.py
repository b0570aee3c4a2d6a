"""Names that are read as the brand's, however their letters are drawn."""

import pytest

from studio.show.chat import NAME_MAX
from studio.show.moderation import same_name
from studio.show.text import clean


@pytest.mark.parametrize(
    "name",
    ["Ro$a Sk!n", "Ros@ Skin", "Rosa Sk|n", "Rosa Skln", "RΟSΑ SΚΙΝ", "ROSA SKІN", "Rosa Sкin", "Rosa Sĸin", "Rosa Skin™",
     "Rosa Skin®",
     "ʀosa skin", "Rosa Sᴋɪɴ", "🆁🅾🆂🅰 🆂🅺🅸🅽", "🅡🅞🅢🅐 🅢🅚🅘🅝"],
)  # fmt: skip
def test_it_is_read_as_ours(name: str) -> None:
    assert same_name(clean(name, NAME_MAX), "Rosa Skin")


def test_capitals_of_another_alphabet_are_the_same_name() -> None:
    assert same_name("РОЗА", "Роза"), "as they were before letters were mapped one by one"
