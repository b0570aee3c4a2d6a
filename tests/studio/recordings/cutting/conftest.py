"""One film that many tests only read."""

from pathlib import Path

import pytest

from studio.show.film import Chapter
from tests.studio.recordings.cutting.films import recorded


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty seconds with a keyframe every four."""
    return recorded(tmp_path_factory.mktemp("films") / "show.mp4", 20, (Chapter(0, "Start"), Chapter(9000, "Rose oil")))
