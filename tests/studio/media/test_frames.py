"""Pictures: planes on FFmpeg's memory, BT.709 colours, premultiplied transparency, frames on loan."""

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from studio.media.frames import BLACK, Converter, FramePool, Picture, blank, of_frame, of_rgba, rgb_to_yuv
from tests.fakes import BLUE, GREEN, RED, WHITE, near, pixel, solid

Bytes = NDArray[np.uint8]


def rgba(width: int, height: int, colour: tuple[int, int, int, int]) -> Bytes:
    return np.full((height, width, 4), colour, np.uint8)


@pytest.mark.parametrize(
    ("rgb", "yuv"),
    [
        # The corners of ITU-R BT.709 in limited range.
        ((0, 0, 0), (16, 128, 128)),
        (WHITE, (235, 128, 128)),
        (RED, (63, 102, 240)),
        (GREEN, (173, 42, 26)),
        (BLUE, (32, 240, 118)),
    ],
)
def test_colours_are_bt_709_limited_range(rgb: tuple[int, int, int], yuv: tuple[int, int, int]) -> None:
    assert rgb_to_yuv(*rgb) == yuv


def test_ffmpeg_agrees_about_the_colours() -> None:
    for rgb in (RED, GREEN, BLUE, WHITE, (200, 100, 50)):
        frame = av.VideoFrame.from_ndarray(np.full((16, 16, 3), rgb, np.uint8), format="rgb24")
        assert near(pixel(Converter().picture(frame), 4, 4), rgb_to_yuv(*rgb), by=1)


def test_a_blank_picture_is_black() -> None:
    picture = blank(16, 8)
    assert (picture.width, picture.height) == (16, 8)
    assert (picture.u.shape, picture.v.shape) == ((4, 8), (4, 8))
    assert all((plane == value).all() for plane, value in zip((picture.y, picture.u, picture.v), BLACK, strict=True))


def test_a_picture_is_a_view_on_its_frame() -> None:
    picture = blank(16, 8)
    assert picture.frame is not None
    picture.y[3, 5] = 200
    plane = picture.frame.planes[0]
    assert np.frombuffer(plane, np.uint8)[3 * plane.line_size + 5] == 200  # type: ignore[call-overload]


def test_odd_sizes_lose_their_last_row_and_column() -> None:
    picture = of_frame(av.VideoFrame(17, 9, "yuv420p"))
    assert (picture.width, picture.height) == (16, 8)
    assert picture.u.shape == (4, 8)


def test_the_planes_outlive_the_frames_name() -> None:
    frame = av.VideoFrame(16, 8, "yuv420p")
    picture = of_frame(frame)
    picture.y[:] = 77
    del frame
    for _ in range(20):
        blank(16, 8, (1, 2, 3))
    assert (picture.y == 77).all()


# ── transparency ─────────────────────────────────────────────────────────────────────────────────────────────


def test_transparent_is_nothing_in_every_plane() -> None:
    picture = of_rgba(rgba(8, 8, (255, 200, 100, 0)))
    assert picture.alpha is not None
    for plane in (picture.y, picture.u, picture.v, picture.alpha):
        assert (plane == 0).all()


@pytest.mark.parametrize("primaries", [1, 9, 12])
def test_wide_colours_may_be_transparent_too(primaries: int) -> None:
    """ProRes 4444 from a Mac: Display P3 and an alpha."""
    frame = av.VideoFrame(16, 8, "yuva444p10le")
    for plane, value in zip(frame.planes, (600, 512, 512, 512), strict=True):
        np.frombuffer(plane, np.uint16)[:] = value  # type: ignore[call-overload]
    frame.color_primaries = primaries
    picture = Converter().picture(frame)
    assert picture.alpha is not None
    assert abs(int(picture.alpha[4, 4]) - 128) <= 1
    opaque = Converter().picture(frame.reformat(format="yuv444p10le"))
    assert abs(int(picture.y[4, 4]) - int(opaque.y[4, 4]) / 2) <= 2


def test_opaque_is_the_colour_itself() -> None:
    for rgb in (RED, GREEN, BLUE, WHITE, (0, 0, 0)):
        picture = of_rgba(rgba(8, 8, (*rgb, 255)))
        assert near(pixel(picture, 4, 4), rgb_to_yuv(*rgb), by=1)


@given(st.tuples(*[st.integers(0, 255)] * 4))
def test_colours_are_premultiplied(colour: tuple[int, int, int, int]) -> None:
    red, green, blue, alpha = colour
    expected = tuple(value * alpha / 255 for value in rgb_to_yuv(red, green, blue))
    got = pixel(of_rgba(rgba(2, 2, colour)), 0, 0)
    assert all(abs(a - b) <= 1 for a, b in zip(got, expected, strict=True))


def test_what_is_premultiplied_already_is_not_multiplied_again() -> None:
    straight = of_rgba(rgba(2, 2, (200, 100, 50, 128)))
    already = of_rgba(rgba(2, 2, (100, 50, 25, 128)), premultiplied=True)
    assert near(pixel(straight, 0, 0), pixel(already, 0, 0), by=1)


def test_odd_sizes_gain_a_transparent_row_and_column() -> None:
    picture = of_rgba(rgba(3, 5, (255, 0, 0, 255)))
    assert (picture.width, picture.height) == (4, 6)
    assert picture.alpha is not None
    assert (picture.alpha[:5, :3] == 255).all()
    assert (picture.alpha[5:] == 0).all()
    assert (picture.alpha[:, 3:] == 0).all()


# ── conversion ───────────────────────────────────────────────────────────────────────────────────────────────


def tagged(rgb: tuple[int, int, int], matrix: int, width: int = 64, height: int = 36) -> av.VideoFrame:
    """A frame that says how its colours were made: 1 is BT.709, 5 and 6 are BT.601, 2 says nothing."""
    source = av.VideoFrame.from_ndarray(np.full((height, width, 3), rgb, np.uint8), format="rgb24")
    space = Colorspace.ITU601 if matrix in (5, 6) else Colorspace.ITU709
    frame = source.reformat(format="yuv420p", dst_colorspace=space, dst_color_range=ColorRange.MPEG)
    frame.colorspace = matrix
    return frame


def test_a_frame_that_fits_is_not_touched() -> None:
    frame = tagged(RED, 1)
    assert Converter().picture(frame).frame is frame


def test_a_large_frame_that_says_nothing_is_bt_709() -> None:
    frame = tagged(RED, 2, 1280, 720)
    assert Converter().picture(frame).frame is frame


@pytest.mark.parametrize("matrix", [1, 5, 6])
def test_a_frame_is_read_as_it_says(matrix: int) -> None:
    picture = Converter().picture(tagged((200, 60, 20), matrix))
    assert near(pixel(picture, 20, 10), rgb_to_yuv(200, 60, 20))


def test_a_small_frame_that_says_nothing_is_bt_601_as_everywhere() -> None:
    frame = tagged((200, 60, 20), 5)
    frame.colorspace = 2
    assert near(pixel(Converter().picture(frame), 20, 10), rgb_to_yuv(200, 60, 20))


@pytest.mark.parametrize("pixel_format", ["rgb24", "bgra", "rgb0", "gbrp"])
def test_rgb_of_any_order_comes_out_with_its_colours(pixel_format: str) -> None:
    converter = Converter()
    source = av.VideoFrame.from_ndarray(np.full((36, 64, 3), (200, 60, 20), np.uint8), format="rgb24").reformat(
        format=pixel_format
    )
    assert near(pixel(converter.picture(source), 20, 10), rgb_to_yuv(200, 60, 20))


def test_full_range_is_brought_into_limits() -> None:
    frame = av.VideoFrame(16, 16, "yuvj420p")
    planes = of_frame(frame)
    planes.y[:], planes.u[:], planes.v[:] = 255, 128, 128
    assert near(pixel(Converter().picture(frame), 4, 4), (235, 128, 128), by=1)


def test_a_size_that_is_asked_for_is_given() -> None:
    picture = Converter().picture(tagged(GREEN, 1), 32, 18)
    assert (picture.width, picture.height) == (32, 18)
    assert near(pixel(picture, 10, 10), rgb_to_yuv(*GREEN))


def frame_of(picture: Picture) -> av.VideoFrame:
    assert picture.frame is not None
    return picture.frame


def test_for_a_window_the_colours_come_back_as_rgb() -> None:
    rgb = Converter().convert(frame_of(solid(1280, 720, (200, 60, 20))), 64, 36, "rgb24").to_ndarray()
    assert near(tuple(int(v) for v in rgb[18, 32]), (200, 60, 20), by=3)


@pytest.mark.parametrize("width", range(186, 1000, 46))
def test_a_picture_of_one_colour_stays_one_when_it_is_scaled(width: int) -> None:
    """swscale's slices had a few wrong pixels at their beginnings."""
    height = width * 9 // 16 & ~1
    rgb = Converter().convert(frame_of(solid(1920, 1080, (192, 24, 24))), width, height, "rgb24").to_ndarray().astype(int)
    assert np.abs(rgb - (192, 24, 24)).max() <= 4


def test_a_small_canvas_has_the_colours_of_a_large_one() -> None:
    red = Converter().convert(frame_of(solid(256, 144, (192, 24, 24))), 128, 72, "rgb24").to_ndarray()
    assert near(tuple(int(v) for v in red[36, 64]), (192, 24, 24), by=3)


# ── frames on loan ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_frame_that_is_held_is_not_lent_again() -> None:
    pool = FramePool(16, 8)
    first = pool.take()
    assert pool.take() is not first
    assert len(pool) == 2


def test_a_released_frame_is_lent_again() -> None:
    pool = FramePool(16, 8)
    lease = pool.take()
    lease.release()
    assert pool.take() is lease
    assert len(pool) == 1


def test_every_holder_counts() -> None:
    pool = FramePool(16, 8)
    lease = pool.take().hold()
    lease.release()
    assert not lease.free
    lease.release()
    assert lease.free


def test_scaled_copies_die_with_their_picture() -> None:
    one, other = blank(2, 2), blank(2, 2)
    one.cache["scaled"] = "copy"
    assert other.cache == {}
