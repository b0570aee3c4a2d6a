"""Bundle the page: `assets/page/` from `assets/viewer/`, by esbuild (`npm ci --prefix tests/page` brings it).

Files are named by their content, so that browsers and caches may keep them for a year; `manifest.json` says which is which. What
it writes is committed: whoever installs Vitrine needs no Node. `tests/page/test_bundle.py` compares.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
VIEWER, PAGE = ROOT / "assets" / "viewer", ROOT / "assets" / "page"
ESBUILD = ROOT / "tests" / "page" / "node_modules" / ".bin" / "esbuild"
SCRIPTS = ("embed.js", "order.js", "relation.js")
STYLES = ("vitrine-show.css", "clip/vitrine-clip.css", "call/vitrine-call.css", "relation/vitrine-slot.css")
TARGETS = "chrome87,edge88,firefox78,safari14"
"""The oldest browsers that docs/page.md names."""


def run(names: tuple[str, ...], into: Path, *words: str) -> dict[str, Any]:
    """What esbuild made: its metafile."""
    with tempfile.TemporaryDirectory() as folder:
        meta = Path(folder) / "meta.json"
        command = [str(ESBUILD), *names, "--bundle", "--minify", f"--target={TARGETS}", f"--outdir={into}", f"--metafile={meta}"]
        command += ["--entry-names=[name]-[hash]", "--asset-names=[name]-[hash]", "--chunk-names=[name]-[hash]", "--charset=utf8"]
        subprocess.run([*command, "--log-level=warning", *words], cwd=VIEWER, check=True)
        content: dict[str, Any] = json.loads(meta.read_text())
    return content["outputs"]


def made(outputs: dict[str, Any]) -> dict[str, str]:
    """The file of each entry point."""
    return {entry["entryPoint"]: Path(name).name for name, entry in outputs.items() if "entryPoint" in entry}


def needs(outputs: dict[str, Any], name: str) -> list[str]:
    """The files that a script cannot begin without, itself first."""
    found: list[str] = []
    waiting = [name]
    while waiting:
        file = waiting.pop(0)
        if file not in found:
            found.append(file)
            waiting += [one["path"] for one in outputs[file]["imports"] if one["kind"] == "import-statement"]
    return [Path(file).name for file in found]


def all_needs(outputs: dict[str, Any]) -> dict[str, list[str]]:
    """The same of every entry point, also of what is imported when it is wanted."""
    entries = {entry["entryPoint"]: name for name, entry in outputs.items() if "entryPoint" in entry}
    return {entry: needs(outputs, name) for entry, name in sorted(entries.items())}


def bundle(into: Path) -> None:
    """Write everything anew."""
    shutil.rmtree(into, ignore_errors=True)
    styles = made(run(STYLES, into, "--loader:.svg=file"))
    names = json.dumps(json.dumps(styles, sort_keys=True))  # a text: an object would become a file of its own
    words = ("--format=esm", "--splitting", f"--define:VITRINE_STYLES={names}")
    with (
        tempfile.TemporaryDirectory() as folder
    ):  # the loader knows what each element needs: names that are known after a first time
        scripts = all_needs(run(SCRIPTS, Path(folder), *words, '--define:VITRINE_FILES="{}"'))
    files = json.dumps(json.dumps({name: needed for name, needed in scripts.items() if name not in SCRIPTS}, sort_keys=True))
    again = all_needs(run(SCRIPTS, into, *words, f"--define:VITRINE_FILES={files}"))
    assert {name: needed for name, needed in again.items() if name not in SCRIPTS} == json.loads(json.loads(files))
    scripts = again
    manifest = {"scripts": scripts, "styles": dict(sorted(styles.items()))}
    (into / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


if __name__ == "__main__":
    bundle(Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE)
