"""A wrong bearer does not tell that an unlisted show is there."""

from studio.server.app import ShowServer
from studio.server.room import Room
from tests.server.test_one_fact import told, unlisted

assert unlisted


async def test_with_a_wrong_bearer_an_unlisted_show_is_as_unknown_as_one_that_is_not_there(
    unlisted: Room, server: ShowServer
) -> None:
    secret = await told(server, "secret", Authorization="Bearer wrong")
    nothing = await told(server, "not-there-", Authorization="Bearer wrong")
    for where, (status, body) in secret.items():
        assert (status, body.replace("secret", "not-there-")) == nothing[where], f"{where} tells that there is one"
