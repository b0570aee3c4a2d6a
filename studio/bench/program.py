"""Five layers at 1080p30 through the real program and encoder threads, beside FFmpeg's own graph on the same films.

The layers: a moving film over the whole canvas, a second film as picture-in-picture, a logo, a lower third and a card.
"""

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from studio import paths
from studio.bench.machine import pinned
from studio.bench.report import Row, median
from studio.bench.stage import need

KBPS = 5000
ROUNDS = 3
LEAST_THREAD_MS = 0.05
PIP = {"x": 1380, "y": 60, "scale_x": 0.25, "scale_y": 0.25}
LOGO = {"x": 60, "y": 50}
LOWER_THIRD = {"x": 80, "y": 860}
CARD = {"x": 1240, "y": 800}


def heavy_clip() -> Path:
    """The benchmark's film: our demo clip with grain at more than 20 Mbit/s, made once and kept in the cache."""
    path = paths.cache_dir() / "webcam-clip.mp4"
    if not path.exists():
        from studio.demo.clip import write_heavy_clip

        part = path.with_suffix(".part.mp4")
        write_heavy_clip(part)
        part.replace(path)
    return path


def run(seconds: float = 20.0) -> list[Row]:
    """Compose and encode, three rounds in turn with FFmpeg, medians; then 1080p60; then a minute with a browser watching."""
    film = heavy_clip()
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_child("--fps", "30", "--seconds", str(seconds), "--film", str(film)))
        theirs.append(_ffmpeg(film, seconds))
    fast = _child("--fps", "60", "--seconds", str(seconds), "--film", str(film))

    def middle(name: str) -> float:
        return median([float(round_[name]) for round_ in ours])

    all_told, graph = middle("process_ms"), median(theirs)
    encode_to_alone = median([round_["encode_ms"] / round_["alone_ms"] for round_ in ours])
    ssim = median([round_["ssim"] - round_["plain_ssim"] for round_ in ours])
    rows = [
        Row(name="film's bitrate", value=film.stat().st_size * 8 / 1e6 / _duration(film), unit="Mbit/s", least=20),
        Row(name="whole process ÷ FFmpeg's same graph + libx264", value=all_told / graph, unit="×", most=0.85),
        Row(name="encode ÷ x264 alone with the same options", value=encode_to_alone, unit="×", most=1.05),
        Row(name="SSIM, ours − x264's plain superfast at the same rate", value=ssim, unit="", least=-0.0005),
        Row(name="decode + compose + encode, the whole process", value=all_told, unit="ms/frame"),
        Row(name="FFmpeg's same graph + libx264, in turn", value=graph, unit="ms/frame"),
        Row(name="compose", value=middle("compose_ms"), unit="ms/frame", against=0.6),
        Row(name="encode", value=middle("encode_ms"), unit="ms/frame"),
        Row(name="x264 alone, our options, the same pictures", value=middle("alone_ms"), unit="ms/frame"),
        Row(name="late ticks at 1080p30", value=sum(r["late"] for r in ours), unit="ticks", most=0),
        Row(name="1080p60: late ticks", value=100 * fast["late"] / max(1, fast["ticks"]), unit="%", most=0.2),
        Row(name="1080p60: frames encoded a second", value=fast["encoded"] / seconds, unit="fps", least=59.5),
    ]
    return rows + _threads(ours) + _watched(film)


def _threads(rounds: list[dict[str, Any]]) -> list[Row]:
    """What each thread used, and how long it was ready and had to wait for a processor; the largest first."""
    rows = []
    names = sorted(rounds[0]["threads"], key=lambda name: -rounds[0]["threads"][name][0])
    for name in names:
        found = [round_["threads"].get(name, (0.0, 0.0)) for round_ in rounds]
        used, waited = (median([pair[number] for pair in found]) for number in (0, 1))
        if used >= LEAST_THREAD_MS:
            rows.append(Row(name=f"thread {name}: processor", value=used, unit="ms/frame"))
            rows.append(Row(name=f"thread {name}: waited for one", value=waited, unit="ms/frame"))
    return rows


def _child(*words: str) -> dict[str, Any]:
    """One round in a process of its own, so that its processor time is nothing but the studio's."""
    words_ = [sys.executable, "-m", "studio.bench.program_round", *words]
    done = subprocess.run(pinned(words_), capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        raise RuntimeError(done.stderr)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _duration(film: Path) -> float:
    from studio.sources.film import probe

    return float(probe(str(film))["duration_ms"]) / 1000


def _ffmpeg(film: Path, seconds: float) -> float:
    """Milliseconds of processor a frame for the same picture by FFmpeg's command line: one encoder thread, both films
    read in real time and their sound decoded, as we do."""
    demo = paths.assets() / "demo"
    with tempfile.TemporaryDirectory() as folder:
        lower_third = Path(folder) / "lower-third.png"
        _draw_lower_third(lower_third)
        graph = (
            "[1:v]scale=480:270[pip];[0:v][pip]overlay=1380:60[a];[a][2:v]overlay=60:50[b];"
            "[b][3:v]overlay=80:860[c];[c][4:v]overlay=1240:800,format=yuv420p[v]"
        )
        frames = round(seconds * 30)
        words = [need("ffmpeg", "ffmpeg"), "-nostdin", "-v", "error", "-filter_threads", "1", "-filter_complex_threads", "1"]
        for path in (film, film):
            words += ["-re", "-threads", "1", "-stream_loop", "-1", "-i", str(path)]
        for path in (demo / "logo.png", lower_third, demo / "card.png"):
            words += ["-i", str(path)]
        words += ["-filter_complex", graph, "-map", "[v]", "-frames:v", str(frames), "-c:v", "libx264", "-preset", "superfast"]
        words += ["-tune", "zerolatency", "-profile:v", "baseline", "-aq-mode", "0", "-b:v", f"{KBPS}k", "-maxrate", f"{KBPS}k"]
        words += ["-bufsize", f"{KBPS // 2}k", "-threads", "1", "-g", "300", "-t", str(seconds)]
        words += ["-map", "0:a", "-map", "1:a", "-c:a", "pcm_f32le", "-f", "null", "-"]
        before = _children_s()
        subprocess.run(pinned(words), check=True, timeout=600)
        return (_children_s() - before) * 1000 / frames


def _children_s() -> float:
    import resource

    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _draw_lower_third(path: Path) -> None:
    words = [sys.executable, "-m", "studio.bench.program_round", "--draw", str(path)]
    subprocess.run(words, check=True, timeout=60)


def _watched(film: Path, seconds: float = 60.0) -> list[Row]:
    """The same five layers for a minute, in the whole product, while a browser watches."""
    from studio.bench.browser import chromium, wait_playing
    from studio.bench.studio_process import running_studio

    if shutil.which("chromium") is None:
        return []
    with _home() as home, running_studio(home, five_layers(film), {"video.bitrate_kbps": KBPS}) as studio:
        with chromium() as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(studio.viewer)
            wait_playing(page)
            time.sleep(1)
            before = _late(home)
            time.sleep(seconds)
            late = _late(home) - before
    return [Row(name=f"late ticks in {seconds:.0f} s while a browser watches", value=late, unit="ticks", most=0)]


def five_layers(film: Path) -> dict[str, Any]:
    """The benchmark's show."""
    demo = paths.assets() / "demo"
    sources = [
        {"id": "film", "kind": "media_file", "name": "Film", "settings": {"path": str(film)}},
        {"id": "pip", "kind": "media_file", "name": "Second film", "settings": {"path": str(film)}},
        {"id": "logo", "kind": "image", "name": "Logo", "settings": {"path": str(demo / "logo.png")}},
        {"id": "name", "kind": "lower_third", "name": "Name", "settings": {"title": "Mette Holm", "subtitle": "Skin advisor"}},
        {"id": "card", "kind": "image", "name": "Card", "settings": {"path": str(demo / "card.png")}},
    ]
    places: list[dict[str, Any]] = [{}, PIP, LOGO, LOWER_THIRD, CARD]
    items = [
        {"id": str(number), "source": source["id"], "transform": place}
        for number, (source, place) in enumerate(zip(sources, places, strict=True))
    ]
    return {
        "version": 1,
        "show": {"id": "five-layers", "title": "Five layers"},
        "sources": sources,
        "scenes": [{"id": "main", "name": "Main", "items": items}],
    }


def _late(home: Path) -> int:
    import os

    words = [sys.executable, "-m", "studio", "state", "stream"]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=os.environ | {"VITRINE_HOME": str(home)})
    return int(json.loads(done.stdout)["late_render"])


@contextlib.contextmanager
def _home() -> Iterator[Path]:
    from studio.bench.stage import folder

    with folder() as path:
        yield path
