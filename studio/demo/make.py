"""`python -m studio.demo.make` writes the demo show's pictures and clips into `assets/demo`; always the same ones."""

from studio import paths
from studio.demo import clip, closeup, products, stills
from studio.overlays.painter import ensure_gui

NAMES = ("logo.png", "card.png", "poster.webp", "break.webp", "closeup.mp4", "clip.mp4")


def main() -> None:
    """Write everything and say what it weighs."""
    ensure_gui()
    folder = paths.assets() / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    products.write(folder / "products")
    picture = clip.HostPicture()
    stills.write(folder, picture)
    closeup.write_closeup(folder / "closeup.mp4")
    clip.write_clip(folder / "clip.mp4", picture)
    made = (*sorted((folder / "products").glob("*.webp")), *(folder / name for name in NAMES))
    for file in made:
        print(f"{file.relative_to(folder)}  {file.stat().st_size / 1000:.1f} kB")


if __name__ == "__main__":
    main()
