"""The programme in the corner of a call's film."""

from studio.calls.recording import KEPT_FRAMES, _Corner
from studio.media.frames import FramePool
from studio.scenes.program import ProgramFrame


def test_a_frame_that_is_composed_over_is_another_picture_and_the_same_content_is_the_same() -> None:
    corner, pool = _Corner(), FramePool(64, 36)
    seen = []
    for content in (1, 1, 2, 3, 4, 5, 6, 7, 7):
        lease = pool.take()
        lease.picture.y[:] = content
        frame = ProgramFrame(lease.picture, lease, 0, content)
        corner.put(frame)
        frame.release()
        picture = corner.picture(0)
        assert picture is not None
        assert picture.y[0, 0] == content
        seen.append(picture)
    assert len(pool) <= KEPT_FRAMES + 2
    assert seen[0] is seen[1]
    assert seen[7] is seen[8]
    assert len({id(picture) for picture in seen}) == 7, "though their memory is the same again and again"
    corner.on = False
    assert corner.picture(0) is None
    corner.close()
    assert all(lease.free for lease in pool._leases)
