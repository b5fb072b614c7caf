"""Images are drawn anew: what is kept contains the pixels and nothing else, no metadata, no second file behind them."""

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageCms, ImageOps, ImageSequence

from yingke.files.errors import FileDamaged, FileTooLarge

MOST_PIXELS = 50_000_000
"""Width × height, and for an animation times its frames: what a small file may unpack to."""
MOST_FRAMES = 300
THUMB_SIDE = 480
_TOO_MANY = f"This image has more than {MOST_PIXELS // 1_000_000} million pixels. Make it smaller."
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "AVIF")
_KEPT_AS = {"JPEG": "JPEG", "MPO": "JPEG", "GIF": "GIF", "WEBP": "WEBP", "AVIF": "WEBP"}
_SAVING: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 88, "optimize": True},
    "PNG": {"compress_level": 6},
    "GIF": {},
    "WEBP": {"quality": 88, "method": 4},
}


@dataclass(frozen=True, slots=True)
class Drawn:
    content: bytes
    mime: str
    width: int
    height: int
    thumb: bytes | None
    """WebP of at most `THUMB_SIDE` pixels; None when the image itself is that small."""


def draw_anew(content: bytes) -> Drawn:
    """Slow; call it in a thread. Raises FileDamaged, FileTooLarge."""
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
            frames = getattr(image, "n_frames", 1) if image.format != "MPO" else 1
            if image.width * image.height > MOST_PIXELS or image.width * image.height == 0:
                raise FileTooLarge(_TOO_MANY)
            moves = 1 < frames <= MOST_FRAMES and frames * image.width * image.height <= MOST_PIXELS
            if moves and image.format in ("GIF", "WEBP"):
                return _draw_frames(image)
            return _draw_still(image)
    except FileTooLarge:
        raise
    except Image.DecompressionBombError as error:
        raise FileTooLarge(_TOO_MANY) from error
    except Exception as error:  # a decoder that met bytes nobody thought of may raise anything
        raise FileDamaged from error


def _draw_still(image: Image.Image) -> Drawn:
    kept_as = _KEPT_AS.get(image.format or "", "PNG")
    image.load()
    still = _in_srgb(ImageOps.exif_transpose(image))
    still = still.convert("RGB") if kept_as == "JPEG" else _with_plain_mode(still)
    return Drawn(_save(still, kept_as), Image.MIME[kept_as], still.width, still.height, _thumb(still))


def _draw_frames(image: Image.Image) -> Drawn:
    kept_as = image.format or "GIF"
    frames, durations = [], []
    for frame in ImageSequence.Iterator(image):
        durations.append(max(20, int(frame.info.get("duration", 100) or 100)))
        frames.append(_bare(frame.convert("RGBA")))
    content = _save(frames[0], kept_as, save_all=True, append_images=frames[1:], duration=durations, loop=0, disposal=2)
    return Drawn(content, Image.MIME[kept_as], image.width, image.height, _thumb(frames[0]))


def _thumb(image: Image.Image) -> bytes | None:
    if max(image.size) <= THUMB_SIDE:
        return None
    small = image.copy()
    small.thumbnail((THUMB_SIDE, THUMB_SIDE))
    small = small if small.mode in ("RGB", "RGBA") else small.convert("RGBA" if "A" in small.getbands() else "RGB")
    return _save(small, "WEBP", quality=80)


def _save(image: Image.Image, kept_as: str, **more: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kept_as, **(_SAVING[kept_as] | more))
    return out.getvalue()


def _with_plain_mode(image: Image.Image) -> Image.Image:
    """8 bits a channel; a palette becomes colours so that a transparent entry keeps its meaning."""
    if image.mode in ("RGB", "RGBA", "L"):
        return image
    return image.convert("RGBA" if image.mode in ("LA", "PA", "La", "RGBa") or "transparency" in image.info else "RGB")


def _in_srgb(image: Image.Image) -> Image.Image:
    """The same colours without the profile they came with."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "RGBA", "L", "CMYK"):
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # an odd profile: the plain numbers are the better picture
        else:
            image = converted or image
    return _bare(image)


def _bare(image: Image.Image) -> Image.Image:
    """Without all that came along: EXIF, comments, profiles. How transparency is written stays."""
    image.info = {key: value for key, value in image.info.items() if key == "transparency"}
    return image
