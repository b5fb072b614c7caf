"""Files as people and attackers send them."""

import io
import wave

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


def spoken_wav(seconds: float) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8_000)
        file.writeframes(bytes(int(8_000 * seconds)))
    return out.getvalue()


def live_webm(last_ms: int) -> bytes:
    """A recording as a browser writes it while it hears: lengths are unknown, and no header says how long it is."""
    unknown = b"\x01" + b"\xff" * 7
    header = element(b"\x1a\x45\xdf\xa3", element(b"\x42\x82", b"webm"))
    info = element(b"\x15\x49\xa9\x66", element(b"\x2a\xd7\xb1", (1_000_000).to_bytes(3, "big")))
    clusters = b""
    for begins in range(0, last_ms + 1, 1_000):
        blocks = (element(b"\xa3", b"\x81" + at.to_bytes(2, "big") + b"\x80voice") for at in range(0, 1_000, 20))
        reached = (last_ms - begins) // 20 + 1
        said = b"".join(block for number, block in enumerate(blocks) if number < reached)
        clusters += b"\x1f\x43\xb6\x75" + unknown + element(b"\xe7", begins.to_bytes(4, "big")) + said
    return header + b"\x18\x53\x80\x67" + unknown + info + clusters


def element(id: bytes, content: bytes) -> bytes:
    return id + (0x4000 | len(content)).to_bytes(2, "big") + content
