"""How long a voice note is."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Company, sign_in
from tests.files import pictures
from yingke.files.durations import seconds_of
from yingke.kit.work import Ground


@pytest.mark.parametrize(("content", "seconds"), [(pictures.spoken_wav(1.5), 1.5), (pictures.live_webm(4_240), 4.24)])
async def test_a_voice_note_says_how_long_it_is(
    ground: Ground, http: httpx.AsyncClient, company: Company, content: bytes, seconds: float
) -> None:
    await sign_in(ground, http, company.owner)
    answer = await http.post("/api/v1/files", files={"file": ("voice.bin", content, "audio/webm")})
    assert (answer.json()["kind"], answer.json()["duration"]) == ("audio", seconds)


def test_what_the_header_says_is_believed() -> None:
    said = pictures.element(b"\x44\x89", b"\x45\x1c\x40\x00")  # 2500.0 as a float, in milliseconds
    recording = pictures.live_webm(900)
    assert seconds_of(recording.replace(b"\x2a\xd7\xb1\x40\x03\x0f\x42\x40", said), "audio/webm") == 2.5


@pytest.mark.parametrize(
    "claimed", [b"\x7f\x80\x00\x00", b"\x7f\xc0\x00\x00", b"\xc5\x1c\x40\x00", b"\x7e\x00\x00\x00"]
)
def test_an_impossible_length_is_none(claimed: bytes) -> None:
    assert seconds_of(pictures.element(b"\x44\x89", claimed), "audio/webm") is None


@given(st.binary(max_size=400), st.integers(0, 300))
def test_rubbish_in_a_recording_harms_nobody(rubbish: bytes, at: int) -> None:
    recording = pictures.live_webm(500)
    for mime in ("audio/webm", "audio/ogg", "audio/mp4"):
        found = seconds_of(recording[:at] + rubbish + recording[at:], mime)
        assert found is None or 0 < found <= 24 * 3600
