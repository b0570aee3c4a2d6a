"""The scene board: each command, what it does, how it is taken back, and what is refused."""

from typing import Any

import pytest

from studio.commands import Actor, scene
from studio.errors import ChangedSince, InvalidValue, NotFound, WrongState
from studio.scenes.controller import SceneController, new_id
from studio.scenes.nesting import reachable, shown_sources
from studio.spine import Dispatcher, Store
from studio.state import Scene, SceneItem, Scenes, Source, State, Transform

HOST = Actor("laptop", "host")
OTHER = Actor("phone", "producer")


class Bench:
    """A board with three scenes: `main` on air, `close` in preview, and an empty one."""

    def __init__(self) -> None:
        self.store = Store(
            State(
                sources=(Source(id="cam", kind="colour", name="Kamera"), Source(id="logo", kind="image", name="Logo")),
                scenes=Scenes(
                    scenes=(
                        Scene(
                            id="main",
                            name="Oversigt",
                            items=(
                                SceneItem(id="1", source="cam"),
                                SceneItem(id="2", source="logo", locked=True),
                                SceneItem(id="3", source="cam"),
                            ),
                        ),
                        Scene(id="close", name="Nærbillede"),
                        Scene(id="break", name="Pause"),
                    ),
                    program="main",
                    preview="close",
                    transition="fade",
                    transition_ms=300,
                ),
            )
        )
        self.takes: list[tuple[str, str, int]] = []
        self.dispatcher = Dispatcher("studio", lambda: self.store.state.show)
        self.pushed: list[float] = []
        self.board = SceneController(self.store, self.dispatcher, self._take, self.pushed.append)

    def _take(self, kind: str, duration_ms: int) -> None:
        self.takes.append((self.scenes.program, kind, duration_ms))

    @property
    def scenes(self) -> Scenes:
        return self.store.state.scenes

    @property
    def on_air(self) -> tuple[str, str]:
        return self.scenes.program, self.scenes.preview

    @property
    def names(self) -> list[str]:
        return [scene.name for scene in self.scenes.scenes]

    def items(self, wanted: str = "main") -> list[str]:
        return [item.id for item in self.board.scene(wanted).items]

    def item(self, wanted: str) -> SceneItem:
        return next(item for scene in self.scenes.scenes for item in scene.items if item.id == wanted)

    async def do(self, command: Any, by: Actor = HOST) -> Any:
        return await self.dispatcher.execute(command, by)

    async def undo(self, by: Actor = HOST) -> str:
        return await self.dispatcher.undo.undo(by.id)

    async def redo(self, by: Actor = HOST) -> str:
        return await self.dispatcher.undo.redo(by.id)


@pytest.fixture
def bench() -> Bench:
    return Bench()


# ── take ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_take_puts_the_preview_on_air_and_what_was_there_into_preview(bench: Bench) -> None:
    await bench.do(scene.SceneTake())
    assert bench.on_air == ("close", "main")


async def test_how_it_goes_is_told_before_the_programme_changes(bench: Bench) -> None:
    await bench.do(scene.SceneTake())
    assert bench.takes == [("main", "fade", 300)]


async def test_a_take_may_name_its_scene_and_its_way(bench: Bench) -> None:
    await bench.do(scene.SceneTake(scene="pause", transition="cut", duration_ms=0))
    assert bench.on_air == ("break", "main")
    assert bench.takes == [("main", "cut", 0)]


async def test_a_duration_of_nothing_is_not_the_usual_duration(bench: Bench) -> None:
    await bench.do(scene.SceneTake(duration_ms=0))
    assert bench.takes == [("main", "fade", 0)]


async def test_taking_what_is_on_air_changes_nothing(bench: Bench) -> None:
    await bench.do(scene.SceneTake(scene="main"))
    assert bench.on_air == ("main", "close")
    assert bench.takes == []


async def test_a_take_is_undone_and_done_again(bench: Bench) -> None:
    await bench.do(scene.SceneTake())
    assert await bench.undo() == "Take Nærbillede"
    assert bench.on_air[0] == "main"
    await bench.redo()
    assert bench.on_air == ("close", "main")


async def test_a_take_that_somebody_has_taken_over_is_not_undone(bench: Bench) -> None:
    await bench.do(scene.SceneTake())
    await bench.do(scene.SceneTake(scene="break"), OTHER)
    with pytest.raises(ChangedSince):
        await bench.undo()
    assert bench.on_air[0] == "break"


async def test_the_first_take_of_an_empty_programme(bench: Bench) -> None:
    bench.store.update(scenes=Scenes(scenes=bench.scenes.scenes))
    await bench.do(scene.SceneTake(scene="main"))
    assert bench.scenes.program == "main"
    with pytest.raises(NotFound):
        Bench().board.scene("")


async def test_a_scene_is_put_in_preview(bench: Bench) -> None:
    await bench.do(scene.ScenePreview(scene="PAUSE"))
    assert bench.on_air == ("main", "break")


async def test_the_way_of_the_next_take_is_chosen(bench: Bench) -> None:
    await bench.do(scene.TransitionSet(kind="cut"))
    assert (bench.scenes.transition, bench.scenes.transition_ms) == ("cut", 300)
    await bench.do(scene.TransitionSet(kind="fade", duration_ms=1000))
    assert (bench.scenes.transition, bench.scenes.transition_ms) == ("fade", 1000)
    await bench.undo()
    await bench.undo()
    assert (bench.scenes.transition, bench.scenes.transition_ms) == ("fade", 300)


# ── scenes ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_new_scene_comes_last_and_is_empty(bench: Bench) -> None:
    await bench.do(scene.SceneAdd(name="Spørgsmål"))
    assert bench.names[-1] == "Spørgsmål"
    assert bench.items("spørgsmål") == []
    await bench.undo()
    assert bench.names == ["Oversigt", "Nærbillede", "Pause"]


async def test_a_scene_is_renamed(bench: Bench) -> None:
    await bench.do(scene.SceneRename(scene="close", name="Tæt på"))
    assert bench.names[1] == "Tæt på"
    await bench.undo()
    assert bench.names[1] == "Nærbillede"


async def test_only_the_case_of_a_name_may_change(bench: Bench) -> None:
    await bench.do(scene.SceneRename(scene="close", name="NÆRBILLEDE"))
    assert bench.names[1] == "NÆRBILLEDE"


@pytest.mark.parametrize("command", [scene.SceneAdd(name="PAUSE"), scene.SceneRename(scene="main", name="pause")])
async def test_two_scenes_cannot_have_one_name(bench: Bench, command: Any) -> None:
    with pytest.raises(InvalidValue) as caught:
        await bench.do(command)
    assert str(caught.value) == f"name: there is already a scene called {command.name}"


@pytest.mark.parametrize(("index", "order"), [(0, ["break", "main", "close"]), (1, ["main", "break", "close"]), (99, None)])
async def test_a_scene_moves_to_a_place(bench: Bench, index: int, order: list[str] | None) -> None:
    await bench.do(scene.SceneReorder(scene="break", index=index))
    assert [s.id for s in bench.scenes.scenes] == (order or ["main", "close", "break"])


async def test_a_scene_is_removed_and_comes_back(bench: Bench) -> None:
    await bench.do(scene.SceneRemove(scene="break"))
    assert bench.names == ["Oversigt", "Nærbillede"]
    await bench.undo()
    assert bench.names == ["Oversigt", "Nærbillede", "Pause"]


async def test_when_the_scene_in_preview_is_removed_another_takes_its_place(bench: Bench) -> None:
    await bench.do(scene.SceneRemove(scene="close"))
    assert bench.on_air == ("main", "main")


async def test_the_scene_on_air_cannot_be_removed(bench: Bench) -> None:
    with pytest.raises(WrongState, match="The scene on air cannot be removed; take another one first"):
        await bench.do(scene.SceneRemove(scene="main"))


async def test_adding_a_scene_is_not_undone_over_somebody_elses_work(bench: Bench) -> None:
    await bench.do(scene.SceneAdd(name="A"))
    await bench.do(scene.SceneAdd(name="B"), OTHER)
    with pytest.raises(ChangedSince, match="It has been changed since"):
        await bench.undo()
    assert bench.names[-2:] == ["A", "B"]


# ── items ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_source_is_added_on_top(bench: Bench) -> None:
    await bench.do(scene.ItemAdd(scene="close", source="logo", transform=Transform(x=8)))
    (item,) = bench.board.scene("close").items
    assert (item.source, item.transform.x, item.visible) == ("logo", 8, True)
    await bench.undo()
    assert bench.items("close") == []


async def test_an_item_gets_only_what_was_given(bench: Bench) -> None:
    await bench.do(scene.ItemSet(scene="main", item="1", x=100, opacity=0.5))
    await bench.do(scene.ItemSet(scene="main", item="1", y=50, scale=2))
    expected = Transform(x=100, y=50, opacity=0.5, scale_x=2, scale_y=2)
    assert bench.item("1").transform == expected
    await bench.do(scene.ItemSet(scene="main", item="1", visible=False))
    assert (bench.item("1").visible, bench.item("1").transform) == (False, expected)
    for _ in range(3):
        await bench.undo()
    assert bench.item("1") == SceneItem(id="1", source="cam")


async def test_a_whole_transform_replaces_the_old_one_and_single_values_win(bench: Bench) -> None:
    await bench.do(scene.ItemSet(scene="main", item="1", x=100))
    await bench.do(scene.ItemSet(scene="main", item="1", transform=Transform(fit="fill", x=7), y=3))
    assert bench.item("1").transform == Transform(fit="fill", x=7, y=3)


async def test_an_item_may_be_named_by_its_source(bench: Bench) -> None:
    await bench.do(scene.ItemSet(scene="Oversigt", item="kamera", visible=False))
    assert [bench.item("1").visible, bench.item("3").visible] == [False, True]


@pytest.mark.parametrize("change", [{"x": 1}, {"y": 1}, {"scale": 2}, {"transform": Transform()}])
async def test_a_locked_item_does_not_move(bench: Bench, change: dict[str, Any]) -> None:
    with pytest.raises(WrongState, match="The item is locked"):
        await bench.do(scene.ItemSet(scene="main", item="2", **change))


async def test_a_locked_item_can_be_hidden_and_unlocked_and_moved_while_unlocking(bench: Bench) -> None:
    await bench.do(scene.ItemSet(scene="main", item="2", visible=False))
    assert not bench.item("2").visible
    await bench.do(scene.ItemSet(scene="main", item="2", locked=False, x=5))
    assert (bench.item("2").locked, bench.item("2").transform.x) == (False, 5)


@pytest.mark.parametrize(("index", "order"), [(0, ["3", "1", "2"]), (1, ["1", "3", "2"]), (99, ["1", "2", "3"])])
async def test_an_item_moves_in_the_stack(bench: Bench, index: int, order: list[str]) -> None:
    await bench.do(scene.ItemReorder(scene="main", item="3", index=index))
    assert bench.items() == order


async def test_an_item_is_removed_and_its_source_stays(bench: Bench) -> None:
    await bench.do(scene.ItemRemove(scene="main", item="2"))
    assert bench.items() == ["1", "3"]
    assert [s.id for s in bench.store.state.sources] == ["cam", "logo"]
    await bench.undo()
    assert bench.items() == ["1", "2", "3"]


async def test_an_item_change_is_not_undone_over_somebody_elses(bench: Bench) -> None:
    await bench.do(scene.ItemSet(scene="main", item="1", x=100))
    await bench.do(scene.ItemSet(scene="main", item="1", x=200), OTHER)
    with pytest.raises(ChangedSince):
        await bench.undo()
    assert bench.item("1").transform.x == 200


async def test_two_people_undo_their_own_changes_in_different_scenes(bench: Bench) -> None:
    await bench.do(scene.ItemSet(scene="main", item="1", x=100))
    await bench.do(scene.SceneRename(scene="break", name="Kaffe"), OTHER)
    await bench.undo()
    assert bench.item("1").transform.x == 0
    assert bench.names[2] == "Kaffe"
    await bench.undo(OTHER)
    assert bench.names[2] == "Pause"


async def test_a_change_that_changes_nothing_is_not_on_the_stack(bench: Bench) -> None:
    await bench.do(scene.ItemSet(scene="main", item="1", x=0))
    assert bench.dispatcher.undo.sentences(HOST.id) == ()


# ── what is not there ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "command",
    [
        scene.SceneTake(scene="Narbillede"),
        scene.ScenePreview(scene="Narbillede"),
        scene.SceneRename(scene="Narbillede", name="x"),
        scene.SceneReorder(scene="Narbillede", index=0),
        scene.SceneRemove(scene="Narbillede"),
        scene.ItemAdd(scene="Narbillede", source="cam"),
        scene.ItemSet(scene="Narbillede", item="1"),
        scene.ItemReorder(scene="Narbillede", item="1", index=0),
        scene.ItemRemove(scene="Narbillede", item="1"),
    ],
)
async def test_an_unknown_scene_is_answered_with_what_was_meant(bench: Bench, command: Any) -> None:
    with pytest.raises(NotFound) as caught:
        await bench.do(command)
    assert str(caught.value) == "scene: There is no scene Narbillede; did you mean Nærbillede?"


@pytest.mark.parametrize(
    "command",
    [
        scene.ItemSet(scene="close", item="1"),
        scene.ItemReorder(scene="close", item="1", index=0),
        scene.ItemRemove(scene="close", item="1"),
    ],
)
async def test_an_item_of_another_scene_is_not_found(bench: Bench, command: Any) -> None:
    with pytest.raises(NotFound, match="item: There is no item 1 in Nærbillede"):
        await bench.do(command)


async def test_an_unknown_source_is_not_added(bench: Bench) -> None:
    with pytest.raises(NotFound) as caught:
        await bench.do(scene.ItemAdd(scene="main", source="Kamara"))
    assert str(caught.value) == "source: There is no source Kamara; did you mean Kamera?"


def test_ids_are_short_and_do_not_repeat() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(one) for one in ids} == {8}


# ── transitions ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_scene_may_have_its_own_way_on_air_and_the_take_may_overrule_it(bench: Bench) -> None:
    await bench.do(scene.SceneTransition(scene="close", kind="wipe", duration_ms=900))
    await bench.do(scene.SceneTake())
    await bench.do(scene.SceneTake(scene="main"))
    await bench.do(scene.SceneTake(scene="close", transition="cut"))
    assert bench.takes == [("main", "wipe", 900), ("close", "fade", 300), ("main", "cut", 900)]
    await bench.do(scene.SceneTransition(scene="close"))
    assert bench.board.scene("close").transition is None


async def test_a_transition_is_set_whole_and_taken_back_whole(bench: Bench) -> None:
    await bench.do(scene.TransitionSet(kind="slide", duration_ms=500, direction="up"))
    assert (bench.scenes.transition, bench.scenes.transition_ms, bench.scenes.direction) == ("slide", 500, "up")
    await bench.do(scene.TransitionSet(kind="stinger", stinger="kamera", cut_ms=700))
    assert (bench.scenes.stinger, bench.scenes.stinger_cut_ms, bench.scenes.direction) == ("cam", 700, "up")
    await bench.undo()
    assert (bench.scenes.transition, bench.scenes.stinger) == ("slide", "")


async def test_a_stinger_needs_its_film(bench: Bench) -> None:
    with pytest.raises(InvalidValue, match="stinger: a stinger needs a film"):
        await bench.do(scene.TransitionSet(kind="stinger"))
    with pytest.raises(NotFound, match="did you mean Kamera"):
        await bench.do(scene.TransitionSet(kind="stinger", stinger="Kamara"))


async def test_the_tbar_shows_both_and_takes_at_its_end(bench: Bench) -> None:
    await bench.do(scene.TransitionMove(position=0.4))
    assert bench.pushed == [0.4]
    assert (bench.on_air, bench.scenes.tbar) == (("main", "close"), 0.4)
    await bench.do(scene.TransitionMove(position=1))
    assert (bench.on_air, bench.scenes.tbar) == (("close", "main"), 0)
    assert bench.pushed == [0.4, 0]
    assert bench.takes == [("main", "cut", 0)], "it was already all to be seen"
    await bench.undo()
    assert bench.on_air == ("main", "close")


# ── copies and nested scenes ─────────────────────────────────────────────────────────────────────────────────


async def test_a_copy_stands_beside_its_original_and_lives_its_own_life(bench: Bench) -> None:
    await bench.do(scene.SceneDuplicate(scene="main"))
    assert bench.names == ["Oversigt", "Oversigt 2", "Nærbillede", "Pause"]
    copy = bench.board.scene("Oversigt 2")
    assert [item.source for item in copy.items] == ["cam", "logo", "cam"]
    assert not {item.id for item in copy.items} & set(bench.items())
    await bench.do(scene.ItemSet(scene="Oversigt 2", item=copy.items[0].id, visible=False))
    assert bench.item("1").visible
    await bench.do(scene.SceneDuplicate(scene="main"))
    assert "Oversigt 3" in bench.names
    with pytest.raises(InvalidValue, match="already a scene"):
        await bench.do(scene.SceneDuplicate(scene="main", name="pause"))


def nest(bench: Bench, name: str, shown: str) -> None:
    source = Source(id=name, kind="scene", name=name, settings={"scene": shown})
    bench.store.update(sources=(*bench.store.state.sources, source))


async def test_a_scene_may_be_shown_in_another_but_never_in_itself(bench: Bench) -> None:
    for name, shown in (("group", "close"), ("all", "main")):
        nest(bench, name, shown)
    await bench.do(scene.ItemAdd(scene="main", source="group"))
    with pytest.raises(InvalidValue, match="Nærbillede would show itself"):
        await bench.do(scene.ItemAdd(scene="close", source="group"))
    with pytest.raises(InvalidValue, match="Nærbillede would show itself"):
        await bench.do(scene.ItemAdd(scene="close", source="all"))
    await bench.do(scene.ItemAdd(scene="break", source="all"))


async def test_a_scene_that_is_shown_elsewhere_stays(bench: Bench) -> None:
    nest(bench, "group", "close")
    with pytest.raises(WrongState, match="used as the source group"):
        await bench.do(scene.SceneRemove(scene="close"))


async def test_what_is_seen_of_a_scene_is_all_that_is_nested_in_it(bench: Bench) -> None:
    nest(bench, "group", "main")
    await bench.do(scene.ItemAdd(scene="break", source="group"))
    assert shown_sources(bench.store.state, "break") == {"group", "cam", "logo"}
    assert reachable(bench.store.state, "break") == {"break", "main"}
