"""The state is a value: frozen, comparable, and JSON and back."""

import msgspec
import pytest

from studio import state
from studio.state import Channel, Mixer, Product, Scene, SceneItem, Scenes, Shop, Show, Source, State, Transform


def full_state() -> State:
    return State(
        show=Show(id="spring", title="Forår"),
        shop=Shop(products=(Product(id="p", title="Æble", price_minor=1250),)),
        scenes=Scenes(scenes=(Scene(id="a", name="A", items=(SceneItem(id="1", source="s", transform=Transform(x=4)),)),)),
        sources=(Source(id="s", kind="text", name="Hej", settings={"text": "hej", "size": 20}),),
        mixer=Mixer(channels=(Channel(source="s", fader_db=-3.5),)),
        undo=("Take A",),
    )


def test_the_tree_is_the_same_after_a_journey_as_json() -> None:
    tree = full_state()
    assert msgspec.json.decode(msgspec.json.encode(tree), type=State) == tree


def test_two_equal_trees_are_equal() -> None:
    assert full_state() == full_state()
    assert full_state() != State()


def test_a_fresh_studio_is_off_air_and_unconnected() -> None:
    tree = State()
    assert (tree.stream.status, tree.link.status, tree.show.state) == ("off", "off", "draft")


@pytest.mark.parametrize("name", [name for name in state.__all__ if name != "CANVASES"])
def test_every_struct_is_frozen(name: str) -> None:
    kind = getattr(state, name)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        assert kind.__struct_config__.frozen


@pytest.mark.parametrize(
    "bad",
    [
        {"scenes": {"transition": "dissolve"}},
        {"sources": [{"id": "s", "kind": "text", "name": "x", "status": "asleep"}]},
        {"stream": {"status": "on"}},
        {"mixer": {"channels": [{}]}},
        {"show": {"state": "cancelled"}},
    ],
)
def test_words_outside_the_vocabulary_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(bad, State)
