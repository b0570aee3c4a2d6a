"""Pictures from files, with their transparency, or a sentence that says why not."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from studio.media.frames import Picture, rgb_to_yuv
from studio.sources.image import ImageSettings, ImageSource, _frames
from tests.fakes import Reports, near, pixel, wait_for
from tests.studio.media.test_srgb import p3_profile

RGB = (200, 60, 20)
BGR = RGB[::-1]


def write(path: Path, pixels: Any, dtype: Any = np.uint8) -> Path:
    ok, data = cv2.imencode(path.suffix, np.asarray(pixels, dtype))
    assert ok
    data.tofile(path)
    return path


def full(*values: int, size: tuple[int, int] = (16, 8)) -> Any:
    return np.full((size[1], size[0], len(values)), values)


def load(path: Path) -> tuple[Picture | None, Reports]:
    reports = Reports()
    source = ImageSource(ImageSettings(path=str(path)), reports.context)
    source.start()
    wait_for(lambda: reports.status in ("live", "failed"))
    source.close()
    return source.picture(0), reports


def loaded(path: Path) -> Picture:
    picture, reports = load(path)
    assert reports.live().size == (picture.width, picture.height) if picture else pytest.fail(reports.reason)
    assert picture is not None
    return picture


@pytest.mark.parametrize("name", ["a.png", "a.webp", "a.jpg", "Ærø – skærm.png"])
def test_an_opaque_picture_has_its_colour_and_no_alpha(tmp_path: Path, name: str) -> None:
    picture = loaded(write(tmp_path / name, full(*BGR)))
    assert near(pixel(picture, 4, 4), rgb_to_yuv(*RGB), by=4)
    assert picture.alpha is None


def test_transparency_is_kept_and_the_colour_is_premultiplied(tmp_path: Path) -> None:
    pixels = full(*BGR, 128)
    pixels[:, :8, 3] = 0
    picture = loaded(write(tmp_path / "logo.png", pixels))
    assert picture.alpha is not None
    assert (int(picture.alpha[4, 2]), int(picture.alpha[4, 12])) == (0, 128)
    assert pixel(picture, 2, 4) == (0, 0, 0)
    assert near(pixel(picture, 12, 4), tuple(round(v * 128 / 255) for v in rgb_to_yuv(*RGB)))


def test_an_alpha_that_hides_nothing_is_left_out(tmp_path: Path) -> None:
    assert loaded(write(tmp_path / "a.png", full(*BGR, 255))).alpha is None


def test_sixteen_bits_are_shown_as_eight(tmp_path: Path) -> None:
    picture = loaded(write(tmp_path / "deep.png", full(*(v * 257 for v in BGR)), np.uint16))
    assert near(pixel(picture, 4, 4), rgb_to_yuv(*RGB))


def test_grey_is_grey(tmp_path: Path) -> None:
    picture = loaded(write(tmp_path / "grey.png", np.full((8, 16), 200)))
    assert near(pixel(picture, 4, 4), rgb_to_yuv(200, 200, 200))


def test_odd_sizes_become_even_with_a_transparent_edge(tmp_path: Path) -> None:
    picture = loaded(write(tmp_path / "odd.png", full(*BGR, size=(15, 7))))
    assert (picture.width, picture.height) == (16, 8)
    assert picture.alpha is not None
    assert (int(picture.alpha[0, 0]), int(picture.alpha[7, 15])) == (255, 0)


def test_a_cut_off_picture_is_refused_or_shown_but_never_a_crash(tmp_path: Path) -> None:
    file = write(tmp_path / "a.png", np.random.default_rng(1).integers(0, 255, (64, 64, 3)))
    file.write_bytes(file.read_bytes()[:300])
    _, reports = load(file)
    assert reports.status in ("live", "failed")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "The file {path} is missing"),
        (b"", "The file {path} is empty"),
        (b"this is a text", "{name} is not a picture that can be read (PNG, JPEG or WebP)"),
        (b"\x89PNG\r\n\x1a\n", "{name} is not a picture that can be read (PNG, JPEG or WebP)"),
    ],
)
def test_a_file_that_is_no_picture_fails_with_a_sentence(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    file = tmp_path / "a.png"
    if content is not None:
        file.write_bytes(content)
    picture, reports = load(file)
    assert picture is None
    assert reports.failed() == sentence.format(path=file, name=file.name)


def test_a_folder_is_not_a_picture(tmp_path: Path) -> None:
    _, reports = load(tmp_path)
    assert reports.failed() == f"{tmp_path} is not a file"


def test_a_picture_of_too_many_pixels_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.sources.image.MAX_PIXELS", 100)
    _, reports = load(write(tmp_path / "huge.png", full(*BGR)))
    assert reports.failed() == "huge.png is too large: at most 64 megapixels"


def test_whatever_else_goes_wrong_is_a_failed_source_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> Picture:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("studio.sources.image.load_image", refuse)
    _, reports = load(write(tmp_path / "a.png", full(*BGR)))
    assert reports.failed() == "PermissionError: [Errno 13] Permission denied"


# ── what lies beside the picture ────────────────────────────────────────────────────────────────────────────────────


def photo(path: Path, **more: Any) -> Path:
    """Red on the left, blue on the right."""
    pixels = np.zeros((16, 32, 3), np.uint8)
    pixels[:, :16], pixels[:, 16:] = (200, 0, 0), (0, 0, 200)
    Image.fromarray(pixels).save(path, **more)
    return path


@pytest.mark.parametrize("name", ["photo.jpg", "photo.webp", "photo.png", "photo.tiff"])
@pytest.mark.parametrize(("orientation", "above"), [(1, "red"), (3, "blue"), (6, "red"), (8, "blue")])
def test_a_photo_stands_as_the_camera_was_held(tmp_path: Path, name: str, orientation: int, above: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    lossless = {"lossless": True} if name.endswith("webp") else {}
    picture = loaded(photo(tmp_path / name, exif=exif, **lossless))
    assert (picture.width, picture.height) == ((16, 32) if orientation in (6, 8) else (32, 16))
    assert near(pixel(picture, 4, 4), rgb_to_yuv(*((200, 0, 0) if above == "red" else (0, 0, 200))), by=6)


@pytest.mark.parametrize("name", ["moving.webp", "moving.png"])
def test_what_moves_stands_as_the_camera_was_held_too(tmp_path: Path, name: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    first, second = (Image.new("RGB", (32, 16), (grey, grey, grey)) for grey in (40, 120))
    first.save(tmp_path / name, save_all=True, append_images=[second], duration=100, exif=exif)
    assert (loaded(tmp_path / name).width, loaded(tmp_path / name).height) == (16, 32)
    with Image.open(tmp_path / name) as image:
        assert [(picture.width, picture.height) for _, picture in _frames(image)] == [(16, 32), (16, 32)]


def test_a_phones_colours_are_those_that_the_phone_shows(tmp_path: Path) -> None:
    """Display P3 as a matrix and a curve: its red is redder than ours, so that 200 of it is more than 200 of ours."""
    theirs = p3_profile()
    picture = loaded(photo(tmp_path / "p3.png", icc_profile=theirs))
    assert pixel(picture, 4, 4)[2] > rgb_to_yuv(200, 0, 0)[2] + 4
    broken = loaded(photo(tmp_path / "broken.png", icc_profile=theirs[:200]))
    assert near(pixel(broken, 4, 4), rgb_to_yuv(200, 0, 0))


def test_light_in_floating_point_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "float.tiff"
    cv2.imwrite(str(path), np.full((8, 16, 3), 0.5, np.float32))
    assert near(pixel(loaded(path), 4, 4), rgb_to_yuv(127, 127, 127))


# ── pictures that move ──────────────────────────────────────────────────────────────────────────────────────────────

GREYS = (40, 120, 200)


def moving(path: Path, durations: list[int]) -> Path:
    first, *others = [Image.new("RGB", (32, 16), (grey, grey, grey)) for grey in GREYS]
    lossless: dict[str, Any] = {"lossless": True} if path.suffix == ".webp" else {}
    first.save(path, save_all=True, append_images=others, duration=durations, loop=0, **lossless)
    return path


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png"])
def test_what_moves_moves_and_begins_again(tmp_path: Path, name: str) -> None:
    reports = Reports()
    source = ImageSource(ImageSettings(path=str(moving(tmp_path / name, [200, 100, 300]))), reports.context)
    source.start()
    try:
        wait_for(lambda: len(source._ahead) >= 2)
        start_ns, seen = 10**9, []
        for tick in range(0, 1300, 50):
            wait_for(lambda: len(source._ahead) >= 2)
            picture = source.picture(start_ns + tick * 1_000_000)
            assert picture is not None
            seen.append(min(GREYS, key=lambda grey: abs(pixel(picture, 4, 4)[0] - rgb_to_yuv(grey, grey, grey)[0])))
        assert seen == ([40] * 4 + [120] * 2 + [200] * 6) * 2 + [40] * 2
    finally:
        source.close()


def test_nobody_looks_and_it_stands_still(tmp_path: Path) -> None:
    source = ImageSource(ImageSettings(path=str(moving(tmp_path / "a.gif", [100, 100, 100]))), Reports().context)
    source.start()
    try:
        wait_for(lambda: len(source._ahead) >= 3)
        first = source.picture(10**9)
        assert source.picture(60 * 10**9) is not first, "the next one, not the one after a minute"
        assert len(source._ahead) >= 1
    finally:
        source.close()


def test_a_frame_that_claims_no_time_lasts_as_long_as_in_a_browser(tmp_path: Path) -> None:
    source = ImageSource(ImageSettings(path=str(moving(tmp_path / "a.gif", [0, 0, 0]))), Reports().context)
    source.start()
    try:
        wait_for(lambda: len(source._ahead) >= 2)
        assert source._ahead[0][0] == 100_000_000
    finally:
        source.close()
