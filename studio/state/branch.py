"""What every branch of the state says of itself: who owns it, whose it is, whether others are told."""

from typing import Annotated, Literal, NamedTuple, TypeVar

T = TypeVar("T")
Owner = Literal["server", "desktop"]


class Ownership(NamedTuple):
    """By whom a branch is kept. A server's is of one show, of the whole brand and all of its shows, or of the person at this
    desktop; what a desktop keeps is published, or stays at home."""

    owner: Owner
    of: Literal["show", "brand", "person"] = "show"
    published: bool = True


ShowBranch = Annotated[T, Ownership("server")]
"""The server's, of one show."""
BrandBranch = Annotated[T, Ownership("server", of="brand")]
"""The server's, the same for all shows."""
PersonBranch = Annotated[T, Ownership("server", of="person")]
"""The server's, another one at each desktop."""
DesktopBranch = Annotated[T, Ownership("desktop")]
"""The desktop's; the server passes it on to whoever works on the show from elsewhere."""
HomeBranch = Annotated[T, Ownership("desktop", published=False)]
"""The desktop's, and nobody else's business."""
