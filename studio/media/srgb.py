"""The colours of a picture file in sRGB. Pillow only: the server reads pictures too."""

import io

from PIL import Image, ImageCms

SRGB = ImageCms.createProfile("sRGB")


def in_srgb(image: Image.Image, profile: object) -> Image.Image:
    """The picture in sRGB, as its ICC `profile` (bytes) says: a phone's is Display P3, a printer's ink.

    `RGB`, or `RGBA` from `RGBA`. The same picture where there is no profile, or none that can be used.
    """
    if not isinstance(profile, bytes) or not profile:
        return image
    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(theirs):
            return image
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        changed = ImageCms.profileToProfile(image, theirs, ImageCms.ImageCmsProfile(SRGB), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return changed or image
