"""The demo show: complete, made by this project, and fresh at every start."""

from pathlib import Path

import pytest

from studio import paths
from studio.demo_show import open_demo
from studio.sources.image import load_image
from studio.sources.media_file import probe

pytestmark = pytest.mark.usefixtures("home")


def test_it_opens_and_every_file_it_names_is_there() -> None:
    file, _ = open_demo()
    named = [Path(source.settings["path"]) for source in file.sources if "path" in source.settings]
    assert named
    assert [path for path in named if not path.is_file()] == []
    pictures = [product.image for product in file.show.products if product.image]
    assert pictures
    assert file.scenes


def test_its_films_and_pictures_can_be_played() -> None:
    file, _ = open_demo()
    for source in file.sources:
        if source.kind == "media_file":
            assert probe(source.settings["path"])["duration_ms"] > 1000
        elif source.kind == "image":
            assert load_image(Path(source.settings["path"])).width > 16


def test_each_start_has_a_database_of_its_own() -> None:
    (_, one), (_, other) = open_demo(), open_demo()
    assert one != other
    assert not one.exists()
    assert one.parent.parent == paths.runtime_dir()
