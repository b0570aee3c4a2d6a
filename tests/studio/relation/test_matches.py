"""What is counted together."""

import pytest

from studio.relation.match import below


@pytest.mark.parametrize(
    ("category", "above", "found"),
    [
        ("Skin > Face > Serum", "Skin", True),
        ("Skin > Face > Serum", "face>serum", True),
        ("Skin > Face > Serum", "Skin > Serum", False),
        ("Skin", "Skin > Face", False),
        ("Skincare", "Skin", False),
        ("Skin > Face", "Skin > ", True),
        ("> Skin", "skin", True),
        ("Skin", " ", False),
        ("", " ", False),
        ("", ">", False),
        ("Skin", "", False),
        ("STRASSE", "straße", True),
    ],
)
def test_a_category_is_below_another_that_is_named(category: str, above: str, found: bool) -> None:
    assert below(category, above) is found
