"""One way to act: who may, when, confirmed, run."""

from typing import Any

import pytest

from studio.commands import Actor, mixer, scene, show, source
from studio.errors import Confirm, Forbidden, InvalidValue, NotFound, Unreachable, WrongState
from studio.spine import Dispatcher, Inverse
from studio.spine.dispatcher import did_you_mean, parse
from studio.state import Show

HOST = Actor("laptop", "host")
REMOTE = Actor("phone", "producer", local=False)
SUPPORT = Actor("desk", "support")


class Part:
    """A part that writes down what it was asked."""

    def __init__(self, answer: Any = None) -> None:
        self.asked: list[Any] = []
        self.answer = answer

    async def run(self, command: Any, by: Actor) -> Any:
        self.asked.append((command, by))
        return self.answer


class Stage:
    """A dispatcher of the desktop or the server, and the show it asks about."""

    def __init__(self, owner: Any = "studio") -> None:
        self.show = Show(id="spring", state="live")
        self.dispatcher = Dispatcher(owner, lambda: self.show)

    def part(self, cls: Any, answer: Any = None) -> Part:
        part = Part(answer)
        self.dispatcher.register(cls, part.run)
        return part


async def test_a_command_reaches_its_part_with_the_actor_and_returns_its_id() -> None:
    stage = Stage()
    part = stage.part(source.SourceAdd, answer="ab12")
    command = source.SourceAdd(kind="text", name="Hej")
    assert await stage.dispatcher.execute(command, HOST) == "ab12"
    assert part.asked == [(command, HOST)]


async def test_a_role_that_may_not_is_refused_before_anything_runs() -> None:
    stage = Stage()
    part = stage.part(scene.SceneTake)
    with pytest.raises(Forbidden, match=r"support may not use scene\.take"):
        await stage.dispatcher.execute(scene.SceneTake(), SUPPORT)
    assert part.asked == []


async def test_what_must_not_be_relayed_is_refused_from_elsewhere() -> None:
    stage = Stage()
    part = stage.part(source.SourceAdd)
    with pytest.raises(Forbidden, match=r"source\.add is only possible at the desktop itself"):
        await stage.dispatcher.execute(source.SourceAdd(kind="media_file", name="x", settings={"path": "/etc/passwd"}), REMOTE)
    assert part.asked == []


async def test_a_take_may_be_relayed() -> None:
    stage = Stage()
    part = stage.part(scene.SceneTake)
    await stage.dispatcher.execute(scene.SceneTake(), REMOTE)
    assert len(part.asked) == 1


@pytest.mark.parametrize("cls", [source.SourceAdd, source.SourceSet, source.SourceRemove, scene.SceneRemove, scene.ItemRemove])
def test_devices_files_and_deletes_stay_at_the_desktop(cls: Any) -> None:
    assert cls.relayed is False


async def test_a_command_out_of_season_is_refused_with_the_state() -> None:
    stage = Stage("server")
    stage.show = Show(id="spring", state="draft")
    stage.part(show.ShowPause)
    with pytest.raises(WrongState, match=r"show\.pause is not possible while the show is draft"):
        await stage.dispatcher.execute(show.ShowPause(), HOST)


async def test_a_guarded_command_asks_for_its_code_and_then_runs() -> None:
    stage = Stage("server")
    part = stage.part(show.ShowEnd)
    with pytest.raises(Confirm) as asked:
        await stage.dispatcher.execute(show.ShowEnd(), HOST)
    assert part.asked == []
    await stage.dispatcher.execute(show.ShowEnd(confirm=asked.value.confirm), HOST)
    assert len(part.asked) == 1


async def test_the_code_of_one_command_or_state_is_no_code_for_another() -> None:
    stage = Stage("server")
    stage.part(show.ShowEnd)
    stage.part(show.ShowStart)
    with pytest.raises(Confirm) as asked:
        await stage.dispatcher.execute(show.ShowEnd(), HOST)
    stage.show = Show(id="spring", state="paused")
    for command in (show.ShowEnd(confirm=asked.value.confirm), show.ShowStart(confirm=asked.value.confirm)):
        with pytest.raises(Confirm):
            await stage.dispatcher.execute(command, HOST)


async def test_commands_of_another_owner_are_passed_on_as_they_are() -> None:
    stage, server = Stage(), Part("done")
    stage.dispatcher.pass_on(server.run)
    assert await stage.dispatcher.execute(show.ShowEnd(), HOST) == "done"
    assert server.asked == [(show.ShowEnd(), HOST)]


@pytest.mark.parametrize("command", [show.ShowPause(), scene.SceneTake()])
async def test_a_command_whose_owner_is_away_is_unreachable(command: Any) -> None:
    with pytest.raises(Unreachable, match="is not connected"):
        await Stage().dispatcher.execute(command, HOST)


async def test_an_inverse_goes_to_the_actors_stack_and_is_no_answer() -> None:
    async def run() -> None:
        pass

    stage = Stage()
    stage.part(mixer.MasterSet, answer=Inverse("Master", run))
    assert await stage.dispatcher.execute(mixer.MasterSet(muted=True), HOST) is None
    assert stage.dispatcher.undo.sentences(HOST.id) == ("Master",)
    assert stage.dispatcher.undo.sentences(REMOTE.id) == ()


def test_words_become_a_command() -> None:
    command = parse("channel.set", {"source": "mic", "fader_db": -6})
    assert command == mixer.ChannelSet(source="mic", fader_db=-6)


def test_an_unknown_command_is_answered_with_what_was_meant() -> None:
    with pytest.raises(NotFound, match=r"There is no command scene\.tak; did you mean scene\.take\?"):
        parse("scene.tak", {})


@pytest.mark.parametrize(
    ("name", "args", "field", "words"),
    [
        ("scene.add", {}, None, "missing required field `name` (expected: scene.add name=str)"),
        ("scene.add", {"name": ""}, "name", "length >= 1"),
        ("scene.add", {"name": 5}, "name", "Expected `str`, got `int`"),
        ("scene.add", {"name": "A", "colour": "red"}, None, "unknown field `colour`"),
        ("channel.set", {"source": "mic", "fader_db": 13}, "fader_db", "<= 12"),
        ("channel.set", {"source": "mic", "fader_db": float("nan")}, "fader_db", ">= -60"),
        ("item.set", {"scene": "a", "item": "b", "transform": {"fit": "wide"}}, "transform.fit", "Invalid enum value 'wide'"),
        ("item.set", {"scene": "a", "item": "b", "transform": {"x": float("inf")}}, "transform.x", "<="),
        ("show.create", {"id": "Spring!", "title": "x"}, "id", "matching regex"),
    ],
)
def test_bad_arguments_are_told_with_field_and_what_fits(name: str, args: dict[str, Any], field: str | None, words: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse(name, args)
    assert caught.value.field == field
    assert words in str(caught.value)
    assert f"(expected: {name} " in str(caught.value)


def test_only_what_is_close_is_suggested() -> None:
    assert did_you_mean("mediafile", ["media_file", "image"]) == "; did you mean media_file?"
    assert did_you_mean("zebra", ["media_file", "image"]) == ""
