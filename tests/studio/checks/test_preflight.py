"""The preflight: each finding from the state, and the whole on a studio's parts."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from studio.checks import preflight, show
from studio.checks.preflight import Means, PreflightController, disk_finding
from studio.commands import Actor
from studio.commands.preflight import PreflightRun
from studio.errors import WrongState
from studio.spine import Dispatcher, Store
from studio.state import Channel, Mixer, Product, Scene, SceneItem, Scenes, Shop, Show, Source, State, Stream
from studio.state.preflight import Finding
from tests.fakes import ManualClock, until
from tests.studio.alarms.test_rules import FakeEars

HOST = Actor("laptop", "host")
CAMERA = Source(id="cam", kind="camera", name="Cam", status="live", width=1920, height=1080)
MIC = Source(id="mic", kind="microphone", name="Mic", status="live")
SCENE = Scenes(program="a", scenes=(Scene(id="a", name="A", items=(SceneItem(id="1", source="cam"),)),))
SHOP = Shop(products=(Product(id="p", title="Oil", price_minor=100),))


def state(*sources: Source, **branches: Any) -> State:
    plain = State(sources=sources or (CAMERA, MIC), scenes=SCENE, show=Show(id="spring", title="Spring"), shop=SHOP)
    return msgspec.structs.replace(plain, **branches)


def lost(source: Source, status: Any = "stale") -> Source:
    return Source(id=source.id, kind=source.kind, name=source.name, status=status, reason="No picture for a second")


@pytest.mark.parametrize(
    ("shown", "verdict", "words"),
    [
        (state(), "ok", "Cam 1920×1080"),
        (state(lost(CAMERA)), "bad", "Cam: No picture"),
        (state(lost(CAMERA, "starting")), "note", "still starting"),
        (state(MIC), "note", "no camera"),
    ],
)
def test_the_camera(shown: State, verdict: str, words: str) -> None:
    finding = show.camera_finding(shown)
    assert finding.verdict == verdict
    assert words in finding.words


@pytest.mark.parametrize(
    ("shown", "spoken", "silent", "verdict", "words"),
    [
        (state(), {"mic"}, set(), "ok", "speech is heard"),
        (state(), set(), set(), "note", "no speech"),
        (state(), set(), {"mic"}, "bad", "no sound at all"),
        (state(lost(MIC, "failed")), set(), set(), "bad", "Mic:"),
        (state(CAMERA), set(), set(), "note", "no microphone"),
        (state(mixer=Mixer(channels=(Channel(source="mic", muted=True),))), {"mic"}, set(), "note", "muted"),
    ],
)
def test_the_microphone(shown: State, spoken: set[str], silent: set[str], verdict: str, words: str) -> None:
    finding = show.microphone_finding(shown, spoken, silent)
    assert finding.verdict == verdict
    assert words in finding.words


@pytest.mark.parametrize(
    ("shown", "verdict"),
    [
        (state(), "ok"),
        (state(scenes=Scenes()), "bad"),
        (state(scenes=Scenes(program="a", scenes=(Scene(id="a", name="A"),))), "bad"),
        (state(show=Show(id="x", title=" ")), "note"),
        (state(show=Show(id="x", title="X", state="ended")), "bad"),
    ],
)
def test_the_show(shown: State, verdict: str) -> None:
    assert show.show_finding(shown).verdict == verdict


def product(price_minor: int, stock: int | None) -> State:
    product = Product(id="p", title="Oil", price_minor=price_minor, stock=stock, sold_out=stock == 0)
    return state(show=Show(id="x", title="X"), shop=Shop(products=(product,)))


@pytest.mark.parametrize(
    ("shown", "verdict"),
    [
        (product(100, None), "ok"),
        (product(100, 3), "ok"),
        (product(100, 0), "note"),
        (product(0, 3), "bad"),
        (state(shop=Shop()), "note"),
    ],
)
def test_the_products(shown: State, verdict: str) -> None:
    assert show.products_finding(shown).verdict == verdict


def test_the_files(tmp_path: Path) -> None:
    (tmp_path / "there.png").touch()
    there = Source(id="1", kind="image", name="There", settings={"path": str(tmp_path / "there.png")})
    gone = Source(id="2", kind="media_file", name="Gone", settings={"path": str(tmp_path / "gone.mp4")})
    assert show.files_finding(state(there)).verdict == "ok"
    assert show.files_finding(state(there, gone)) == Finding("Files", "bad", f"missing: {tmp_path / 'gone.mp4'}")


@pytest.mark.parametrize(("kbps", "verdict"), [(1, "ok"), (10**12, "bad")])
def test_the_disk(home: Path, kbps: int, verdict: str) -> None:
    assert disk_finding(kbps).verdict == verdict


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's own checks are tested elsewhere."""

    async def network(remote: Any) -> list[Finding]:
        return [Finding("Server", "ok", "answers")]

    monkeypatch.setattr(preflight, "network_findings", network)
    monkeypatch.setattr(preflight, "encoder_finding", lambda: Finding("Encoder", "ok", "9 ms"))
    monkeypatch.setattr(preflight, "POLL_S", 0.005)
    monkeypatch.setattr(preflight, "SPEECH_S", 0.05)


def board(shown: State, ears: FakeEars) -> tuple[Store, Dispatcher, PreflightController]:
    store = Store(shown)
    dispatcher = Dispatcher("studio", lambda: store.state.show)
    return store, dispatcher, PreflightController(store, dispatcher, ManualClock(), Means(ears, lambda: None, lambda: 4500))


@pytest.mark.usefixtures("quick", "home")
@pytest.mark.parametrize(("speaking", "verdict"), [(True, "ok"), (False, "note")])
async def test_it_ends_in_green_when_somebody_speaks(speaking: bool, verdict: str) -> None:
    store, dispatcher, made = board(state(), FakeEars(speaking=speaking))
    await dispatcher.execute(PreflightRun(), HOST)
    assert store.state.preflight.running
    with pytest.raises(WrongState):
        await dispatcher.execute(PreflightRun(), HOST)
    await until(lambda: not store.state.preflight.running)
    findings = {finding.what: finding.verdict for finding in store.state.preflight.findings}
    assert findings["Microphone"] == verdict
    assert findings["Camera"] == findings["Show"] == findings["Encoder"] == findings["Server"] == "ok"
    assert (len(findings), store.state.preflight.at_ms) == (store.state.preflight.expected, ManualClock().wall_ms())
    await made.close()


@pytest.mark.usefixtures("quick", "home")
async def test_on_air_the_encoder_is_left_alone_and_the_worst_comes_first() -> None:
    store, dispatcher, made = board(state(lost(CAMERA), stream=Stream(status="live")), FakeEars(speaking=True))
    await dispatcher.execute(PreflightRun(), HOST)
    await until(lambda: not store.state.preflight.running)
    whats = [finding.what for finding in store.state.preflight.findings]
    assert "Encoder" not in whats
    assert store.state.preflight.findings[0].verdict == "bad"
    await made.close()


@pytest.mark.usefixtures("quick", "home")
async def test_closing_ends_a_look_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "SPEECH_S", 60)
    _store, dispatcher, made = board(state(), FakeEars())
    await dispatcher.execute(PreflightRun(), HOST)
    await asyncio.sleep(0.02)
    await made.close()


def test_every_finding_is_a_pure_function_of_the_state() -> None:
    looks: list[Callable[[State], Finding]] = [show.camera_finding, show.show_finding, show.products_finding]
    assert [look(State()).verdict for look in looks] == ["note", "bad", "note"]
