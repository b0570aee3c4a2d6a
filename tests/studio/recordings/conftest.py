"""A room that records."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from studio.recordings import clips, controller, publisher
from studio.settings import Settings
from tests.studio.recordings.room import Room


@pytest.fixture(autouse=True)
def unhurried_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is killed leaves what it has written; only a power cut needs this, and it makes other tests wait."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controller, "POLL_S", 0.05)
    monkeypatch.setattr(clips, "POLL_S", 0.02)
    monkeypatch.setattr(publisher, "RETRY_S", (0.01,))


@pytest.fixture
async def room(tmp_path: Path, quick: None) -> AsyncIterator[Room]:
    async with Room(tmp_path / "recordings", Settings(tmp_path / "settings.json")).running() as running:
        yield running
