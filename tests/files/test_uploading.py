"""What becomes of uploaded bytes."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.files import pictures
from yingke.files.errors import FileDamaged, FileTooLarge, FileTypeRefused
from yingke.files.images import draw_anew
from yingke.files.sniffing import sniff
from yingke.files.uploading import Upload, clean_name, store_upload
from yingke.kit.files import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "files")


def test_a_photograph_loses_its_metadata_and_is_turned_upright() -> None:
    drawn = draw_anew(pictures.turned_jpeg())
    assert (drawn.width, drawn.height) == (20, 60)
    with Image.open(io.BytesIO(drawn.content)) as image:
        assert not image.getexif()
        assert "exif" not in image.info
    assert b"taken at home" not in drawn.content


def test_what_is_hidden_behind_an_image_is_left_behind() -> None:
    drawn = draw_anew(pictures.png() + b"<script>alert(1)</script>")
    assert b"<script>" not in drawn.content


def test_a_large_image_gets_a_thumbnail_of_480_pixels() -> None:
    drawn = draw_anew(pictures.png(1200, 600))
    assert drawn.thumb is not None
    with Image.open(io.BytesIO(drawn.thumb)) as thumb:
        assert thumb.format == "WEBP"
        assert thumb.size == (480, 240)


def test_a_small_image_is_its_own_thumbnail() -> None:
    assert draw_anew(pictures.png(40, 30)).thumb is None


def test_a_moving_picture_still_moves() -> None:
    drawn = draw_anew(pictures.moving_gif())
    with Image.open(io.BytesIO(drawn.content)) as image:
        assert image.format == "GIF"
        assert getattr(image, "n_frames", 1) == 3


def test_a_picture_with_transparency_keeps_it() -> None:
    image = Image.new("RGBA", (10, 10), (10, 20, 30, 0))
    out = io.BytesIO()
    image.save(out, "PNG")
    with Image.open(io.BytesIO(draw_anew(out.getvalue()).content)) as drawn:
        assert drawn.convert("RGBA").getpixel((1, 1))[3] == 0  # type: ignore[index]


def test_a_decompression_bomb_is_refused_before_it_unpacks() -> None:
    with pytest.raises(FileTooLarge):
        draw_anew(pictures.bomb())


@pytest.mark.parametrize("cut", [20, 40, 60])
def test_half_an_image_is_damaged_and_nothing_worse(cut: int) -> None:
    with pytest.raises(FileDamaged):
        draw_anew(pictures.png()[:cut])


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF0000WEBP", b"BM"]),
)
def test_no_bytes_make_the_program_fail(rest: bytes, start: bytes) -> None:
    content = start + rest
    try:
        if sniff(content, "a").kind == "image":
            draw_anew(content)
    except (FileDamaged, FileTooLarge, FileTypeRefused):
        pass


@pytest.mark.parametrize(
    ("content", "name", "mime", "kind"),
    [
        (pictures.png(), "harmless.html", "image/png", "image"),
        (b"<html><script>alert(1)</script>", "photo.png", "text/plain", "file"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "logo.svg", "text/plain", "file"),
        (b"%PDF-1.7 ...", "a.pdf", "application/pdf", "file"),
        (b"PK\x03\x04" + bytes(26) + b"word/document.xml", "a.docx", sniff.__globals__["_OFFICE"][0][1], "file"),
        (pictures.wav(), "voice.wav", "audio/wav", "audio"),
        (b"\x1a\x45\xdf\xa3webm A_OPUS", "voice.webm", "audio/webm", "audio"),
        (b"\x1a\x45\xdf\xa3webm V_VP9", "film.webm", "video/webm", "file"),
        (b"OggS" + bytes(24) + b"OpusHead", "voice.ogg", "audio/ogg", "audio"),
        (b"\x00\x00\x00\x18ftypM4A ", "voice.m4a", "audio/mp4", "audio"),
        (b"\x00\x00\x00\x18ftypisom" + bytes(12) + b"hdlr" + bytes(8) + b"soun", "v.mp4", "audio/mp4", "audio"),
        (b"\x00\x00\x00\x18ftypisom" + bytes(12) + b"hdlr" + bytes(8) + b"vide", "v.mp4", "video/mp4", "file"),
        ("姓名,电话\n".encode("gb18030"), "名单.csv", "text/plain", "file"),
        (bytes(range(256)), "x.bin", "application/octet-stream", "file"),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, name: str, mime: str, kind: str) -> None:
    sniffed = sniff(content, name)
    assert (sniffed.mime, sniffed.kind) == (mime, kind)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00", "photo.png"),
        (b"\x7fELF", "a"),
        (b"#!/bin/sh", "a.txt"),
        (b"text", "价目表.PDF.exe"),
        (b"x", "a.lnk"),
    ],
)
def test_a_program_is_refused_by_its_bytes_or_its_name(content: bytes, name: str) -> None:
    with pytest.raises(FileTypeRefused):
        sniff(content, name)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(FileDamaged):
        sniff(b"", "a.txt")


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\照片.png", "照片.png"),
        ("a\u202egnp.exe.txt", "agnp.exe.txt"),
        ("a\x00b\ud800\r\n.txt", "ab .txt"),
        ('"><script>.txt', "script.txt"),
        ("", "file"),
        ("...", "file"),
        ("x" * 300 + ".jpeg", "x" * 115 + ".jpeg"),
    ],
)
def test_odd_names_are_cleaned(given_name: str, kept: str) -> None:
    assert clean_name(given_name) == kept


async def test_a_drawn_image_takes_the_suffix_of_what_it_is(folder: Folder) -> None:
    stored = await store_upload(folder, Upload("photo.html", pictures.png(), {}))
    assert (stored.name, stored.mime) == ("photo.png", "image/png")
    assert stored.size == len(await folder.get(stored.key))
