"""A call in words: names, times, what was agreed to."""

from tests.ui.calling import ANNE, NOW_MS, of
from ui.models.call_words import consent_words, duration, guest_number, left, name_of


def test_words() -> None:
    assert name_of(of(ANNE, name="  Anne\n\u2028 Marie ")) == "Anne Marie"
    assert name_of(of(ANNE, name="")) == f"Guest {guest_number('c1')}"
    assert 1000 <= guest_number("anything") <= 9999
    assert (duration(401_999), duration(4_001_000), duration(-5)) == ("6:41", "1:06:41", "0:00")
    assert (left(NOW_MS + 1, NOW_MS), left(NOW_MS - 5000, NOW_MS), left(None, NOW_MS)) == ("0:01", "0:00", "")
    assert (consent_words("---"), consent_words("a-m")) == ("only what is needed", "statistics, marketing")
