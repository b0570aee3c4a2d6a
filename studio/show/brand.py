"""What the brand has set for all that it sells."""

from typing import Annotated

from msgspec import Meta, Struct

Currency = Annotated[str, Meta(pattern=r"^([A-Z]{3})?$(?!\n)")]
"""An ISO 4217 code, or nothing."""


class Brand(Struct, frozen=True, kw_only=True):
    """`currency`: of prices that name none; empty until somebody has said it, or has imported with one."""

    currency: Currency = ""
