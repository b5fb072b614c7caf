"""Files as people and attackers send them."""

import io

from PIL import Image


def png(width: int = 40, height: int = 30, color: str = "#1f6f5c") -> bytes:
    return _saved(Image.new("RGB", (width, height), color), "PNG")


def turned_jpeg() -> bytes:
    """A photograph with a place in its metadata, held sideways: 60 × 20 as stored, 20 × 60 as seen."""
    image = Image.new("RGB", (60, 20), "white")
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: turn right
    exif[0x010E] = "taken at home"
    exif.get_ifd(0x8825)[2] = (31.0, 14.0, 5.0)  # GPSLatitude
    return _saved(image, "JPEG", exif=exif)


def moving_gif(frames: int = 3) -> bytes:
    first, *others = [Image.new("RGB", (20, 20), (index * 40, 0, 0)) for index in range(frames)]
    return _saved(first, "GIF", save_all=True, append_images=others, duration=80, loop=0)


def bomb() -> bytes:
    """A few kilobytes that claim to be 40,000 × 40,000 pixels."""
    content = bytearray(png(8, 8))
    content[16:24] = (40_000).to_bytes(4, "big") * 2
    import zlib

    content[29:33] = zlib.crc32(content[12:29]).to_bytes(4, "big")
    return bytes(content)


def wav() -> bytes:
    return b"RIFF" + (36).to_bytes(4, "little") + b"WAVEfmt " + bytes(24) + b"data" + bytes(4)


def _saved(image: Image.Image, kept_as: str, **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kept_as, **more)
    return out.getvalue()
