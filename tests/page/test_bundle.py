"""The bundle is what the source makes of itself, and as light as a shop's page may expect."""

import gzip
import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "assets" / "page"


@pytest.fixture(scope="module")
def bundler() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bundle", ROOT / "packaging" / "bundle.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not module.ESBUILD.exists():
        pytest.skip("npm ci --prefix tests/page has not run")
    return module


def test_it_is_made_of_the_source_as_it_is(bundler: ModuleType, tmp_path: Path) -> None:
    bundler.bundle(tmp_path / "page")
    made = {path.name: path.read_bytes() for path in (tmp_path / "page").iterdir()}
    kept = {path.name: path.read_bytes() for path in PAGE.iterdir()}
    assert made.keys() == kept.keys(), "run python packaging/bundle.py"
    assert made == kept


@pytest.mark.parametrize(
    ("element", "styles", "files", "size"),
    [
        ("clip/vitrine-clip.js", ["vitrine-show.css", "clip/vitrine-clip.css"], 11, 45_000),
        ("vitrine-show.js", ["vitrine-show.css"], 12, 70_000),
    ],
)
def test_a_shops_page_loads_little(element: str, styles: list[str], files: int, size: int) -> None:
    manifest = json.loads((PAGE / "manifest.json").read_text())
    names = {*manifest["scripts"]["embed.js"], *manifest["scripts"][element], *(manifest["styles"][name] for name in styles)}
    assert len(names) <= files
    assert sum(len(gzip.compress((PAGE / name).read_bytes(), 9)) for name in names) <= size
