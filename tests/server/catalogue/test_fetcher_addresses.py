"""What is no web address is said to be none, and who answers is looked at before anything is asked."""

import socket
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from studio.server.catalogue.fetcher import Fetcher, FetchFailed
from tests.server.catalogue.conftest import Shop


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1\0.shop.example/", "http://./", "http://../", "http://a%/", "http://%/", "http://...:80/"]
)
async def test_what_is_no_address_is_a_sentence(url: str, tmp_path: Path) -> None:
    fetcher = Fetcher(private=False)
    with pytest.raises(FetchFailed):
        await fetcher.fetch(url, tmp_path / "never", most=10, time_s=5)
    await fetcher.close()


@given(st.text(max_size=60))
@example("%")
def test_any_text_is_an_address_or_a_sentence(text: str) -> None:
    for url in (text, f"http://{text}", f"http://shop.example{text}"):
        try:
            Fetcher(private=False)._checked(url)
        except FetchFailed:
            pass


async def test_the_peer_of_a_short_answer_is_looked_at_too(
    feed_shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed_shop.answers["/feed"] = b"secret"
    fetcher = Fetcher(private=False)
    monkeypatch.setattr(fetcher, "_checked", URL)
    monkeypatch.setattr(fetcher, "_socket", lambda place: socket.socket(*place[:3]))
    try:
        with pytest.raises(FetchFailed, match="private network"):
            await fetcher.fetch(f"{feed_shop.url}/feed", tmp_path / "a", most=10, time_s=5)
    finally:
        await fetcher.close()
