"""A viewer sees and hears what the desktop sends."""

from studio.commands.show import ShowStart
from tests.fakes import until
from tests.server.conftest import MakeViewer
from tests.server.fakes import Desktop, Programme


async def test_a_viewer_sees_the_colour_and_hears_the_tone(
    desktop: Desktop, programme: Programme, make_viewer: MakeViewer
) -> None:
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    viewer = make_viewer()
    await viewer.join()
    await until(lambda: viewer.pictures and len(viewer.sounds) > 30)
    print(viewer.colour, viewer.tone())
    print(viewer.answer)
    print(desktop.inbox.all)
    assert 0
