"""One undo stack an actor."""

import pytest

from studio.errors import ChangedSince, WrongState
from studio.spine.undo import DEPTH, Inverse, UndoStacks


def toggling(sentence: str, log: list[str], doing: str = "undo") -> Inverse:
    """An inverse that writes down when it runs, and whose inverse does the opposite."""

    async def run() -> Inverse:
        log.append(f"{doing} {sentence}")
        return toggling(sentence, log, "redo" if doing == "undo" else "undo")

    return Inverse(sentence, run)


async def test_the_newest_is_taken_back_first() -> None:
    stacks = UndoStacks()
    log: list[str] = []
    stacks.push("anna", toggling("one", log))
    stacks.push("anna", toggling("two", log))
    assert await stacks.undo("anna") == "two"
    assert await stacks.undo("anna") == "one"
    assert log == ["undo two", "undo one"]


async def test_what_was_taken_back_can_be_done_again_and_taken_back_again() -> None:
    stacks = UndoStacks()
    log: list[str] = []
    stacks.push("anna", toggling("one", log))
    await stacks.undo("anna")
    assert await stacks.redo("anna") == "one"
    await stacks.undo("anna")
    assert log == ["undo one", "redo one", "undo one"]


async def test_nobody_takes_back_what_another_did() -> None:
    stacks = UndoStacks()
    log: list[str] = []
    stacks.push("anna", toggling("one", log))
    with pytest.raises(WrongState, match="There is nothing to undo"):
        await stacks.undo("bent")
    assert stacks.sentences("bent") == ()
    assert stacks.sentences("anna") == ("one",)


async def test_a_new_deed_forgets_what_was_taken_back() -> None:
    stacks = UndoStacks()
    log: list[str] = []
    stacks.push("anna", toggling("one", log))
    await stacks.undo("anna")
    stacks.push("anna", toggling("two", log))
    with pytest.raises(WrongState, match="There is nothing to redo"):
        await stacks.redo("anna")


async def test_a_refused_undo_is_dropped_and_the_one_before_it_comes_next() -> None:
    async def refuse() -> None:
        raise ChangedSince("It has been changed since")

    stacks = UndoStacks()
    log: list[str] = []
    stacks.push("anna", toggling("one", log))
    stacks.push("anna", Inverse("two", refuse))
    with pytest.raises(ChangedSince):
        await stacks.undo("anna")
    assert await stacks.undo("anna") == "one"


def test_the_stack_is_bounded_and_loses_the_oldest() -> None:
    stacks = UndoStacks()
    for number in range(DEPTH + 1):
        stacks.push("anna", toggling(str(number), []))
    sentences = stacks.sentences("anna")
    assert len(sentences) == DEPTH
    assert (sentences[0], sentences[-1]) == ("1", str(DEPTH))


def moving(position: int, before: int, log: list[tuple[int, int]], key: str = "fader") -> Inverse:
    """The inverse of having moved something from `before` to `position`."""

    async def run() -> None:
        log.append((position, before))

    return Inverse("move", run, None, key, before, lambda earlier: moving(position, earlier, log, key))


async def test_quick_changes_of_one_thing_are_taken_back_together() -> None:
    now = [10.0]
    log: list[tuple[int, int]] = []
    stacks = UndoStacks(lambda: now[0])
    for step in range(5):
        stacks.push("anna", moving(step + 1, step, log))
        now[0] += 0.2
    now[0] += 1
    stacks.push("anna", moving(6, 5, log))
    stacks.push("anna", moving(9, 8, log, "other"))
    assert stacks.sentences("anna") == ("move",) * 3
    for _ in range(3):
        await stacks.undo("anna")
    assert log == [(9, 8), (6, 5), (5, 0)]


async def test_what_was_undone_is_offered_again_until_something_new_is_done() -> None:
    stacks = UndoStacks()
    log: list[str] = []
    stacks.push("anna", toggling("one", log))
    await stacks.undo("anna")
    assert stacks.again("anna") == ("one",)
    stacks.push("anna", toggling("two", log))
    assert stacks.again("anna") == ()
