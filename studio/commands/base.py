"""What every command has, and who can send one."""

import inspect
from types import UnionType
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Struct

from studio.state.show import ShowState

Role = Literal["host", "producer", "support", "marketer", "shop", "admin"]
Owner = Literal["studio", "server"]

CONTROL: frozenset[Role] = frozenset({"host", "producer", "admin"})
"""Roles that drive a show."""


class Actor(Struct, frozen=True):
    """Who acts: a stable client id and the role it authenticated with. Never taken from a message."""

    id: str
    role: Role
    name: str = ""
    local: bool = True
    """At the desktop itself, not relayed from another machine."""


class Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"):
    """The base of all commands."""

    may: ClassVar[frozenset[Role]] = CONTROL
    when: ClassVar[frozenset[ShowState] | None] = None
    owner: ClassVar[Owner] = "studio"
    relayed: ClassVar[bool] = True


def tag_of(command: Command | type[Command]) -> str:
    """The command's wire name (`scene.take`)."""
    cls = command if isinstance(command, type) else type(command)
    return str(cls.__struct_config__.tag)


def named(command: Command) -> tuple[str, dict[str, Any]]:
    """A command as it goes over the wire: its name and its arguments."""
    args = msgspec.to_builtins(command)
    return args.pop("command"), args


def signature(cls: type[Command]) -> str:
    """The command as one would type it: `scene.take [scene=str]`."""
    words = [tag_of(cls)]
    for field in msgspec.structs.fields(cls):
        shown = f"{field.name}={_type_name(field.type)}"
        words.append(shown if field.required else f"[{shown}]")
    return " ".join(words)


def summary(cls: type[Command]) -> str:
    """The docstring's first line."""
    return (inspect.getdoc(cls) or "").partition("\n")[0]


def _type_name(annotation: Any) -> str:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type_name(args[0])
    if origin is Literal:
        return "|".join(args)
    if origin is Union or origin is UnionType:
        return "|".join(_type_name(arg) for arg in args if arg is not type(None))
    if origin is tuple:
        return f"[{_type_name(args[0])}]"
    return "object" if origin is dict else getattr(annotation, "__name__", str(annotation))
