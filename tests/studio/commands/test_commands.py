"""Every command is a row of the one table: named, described, and owned by somebody."""

import msgspec
import pytest

from studio import commands, queries
from studio.commands import Command, call, chat, newsletter, relation, scene, show, signature, tag_of
from studio.commands.base import summary
from studio.queries import ASKED, Query


def every_command(base: type[Command] = Command) -> set[type[Command]]:
    found = set(base.__subclasses__())
    return found | {deeper for cls in found for deeper in every_command(cls)}


def test_no_command_is_missing_from_the_table() -> None:
    bases = {
        newsletter.NewsletterCommand,
        relation.RelationCommand,
        show.ShowCommand,
        show.ShowFileCommand,
        chat.ChatCommand,
        call.CallCommand,
        call.DeskCommand,
        call.OwnCall,
        Query,
    }
    assert every_command() - bases == set(ASKED.values())


def test_names_are_unique_and_dotted_words() -> None:
    assert len(ASKED) == len(commands.AnyCommand.__args__) + len(queries.AnyQuery.__args__)
    assert all(name.replace(".", "").isalpha() and name.islower() for name in ASKED)


@pytest.mark.parametrize("name", ASKED)
def test_every_command_says_what_it_does_in_a_sentence(name: str) -> None:
    line = summary(ASKED[name])
    assert line[:1].isupper()
    assert line.endswith((".", ":"))


@pytest.mark.parametrize("name", ASKED)
def test_every_command_is_frozen_and_refuses_unknown_fields(name: str) -> None:
    config = ASKED[name].__struct_config__
    assert config.frozen
    assert config.forbid_unknown_fields


@pytest.mark.parametrize("name", ASKED)
def test_every_command_may_be_used_by_somebody_and_has_an_owner(name: str) -> None:
    cls = ASKED[name]
    assert cls.may
    ours = (
        "show.",
        "product",
        "shop.",
        "chat.",
        "visitor.",
        "poll.",
        "feed.",
        "call.",
        "message.",
        "booking.",
        "guest.",
        "brand.",
        "catalogue.",
        "segment.",
        "personas.",
        "rule.",
        "relation.",
        "profile.",
        "topic.",
        "newsletter.",
        "mailing.",
        "mailtool.",
        "subscribers.",
        "address.",
        "console.",
    )
    desktops = (
        "call.send",
        "call.point",
        "call.snapshot",
        "call.record",
        "call.holidays",
        "show.bring",
        "show.copy",
        "show.export",
    )
    assert cls.owner == ("server" if name.startswith(ours) and name not in desktops else "studio")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("scene.take", "scene.take [scene=str] [transition=cut|fade|fade_black|slide|wipe|stinger] [duration_ms=int]"),
        ("source.add", "source.add kind=str name=str [settings=object]"),
        (
            "channel.set",
            "channel.set source=str [fader_db=float] [muted=bool] [balance=float] [mono=bool] [monitor=bool] [solo=bool]",
        ),
        (
            "transition.set",
            "transition.set kind=cut|fade|fade_black|slide|wipe|stinger [duration_ms=int]"
            " [direction=left|right|up|down] [stinger=str] [cut_ms=int]",
        ),
        ("undo", "undo"),
    ],
)
def test_the_signature_is_what_one_would_type(name: str, shown: str) -> None:
    assert signature(ASKED[name]) == shown


def test_a_list_is_shown_as_a_list() -> None:
    assert "[products=[Product]]" in signature(show.ShowCreate)


def test_the_name_stands_in_the_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(scene.SceneTake(scene="a")))["command"] == "scene.take"
    assert tag_of(scene.SceneTake(scene="a")) == tag_of(scene.SceneTake) == "scene.take"


def test_start_and_end_of_a_show_and_the_end_of_panic_are_guarded() -> None:
    guarded = {name for name, cls in ASKED.items() if "confirm" in cls.__struct_fields__}
    assert guarded == {"show.start", "show.end", "panic.off", "library.empty"}


def test_support_staff_talk_but_do_not_drive_the_show() -> None:
    theirs = {name for name, cls in ASKED.items() if "support" in cls.may}
    calls = {name for name in ASKED if name.startswith(("call.", "message.", "booking."))} - {"call.rules"}
    assert theirs - calls == {
        "catalogue.search",
        "chat.say", "chat.remove", "chat.release", "chat.pin", "chat.answering", "chat.rules", "visitor.block", "visitor.unblock",
    }  # fmt: skip
    assert calls <= theirs


def test_an_actor_is_local_unless_said_otherwise() -> None:
    assert commands.Actor("a", "host").local


def test_what_a_command_is_without_its_options_fits_its_own_limits() -> None:
    for name, cls in ASKED.items():
        for field in msgspec.structs.fields(cls):
            if not field.required and field.default is not msgspec.NODEFAULT:
                msgspec.convert(msgspec.to_builtins(field.default), field.type)
        assert name
