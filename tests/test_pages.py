"""The built pages, as a browser gets them."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from yingke import pages
from yingke.identity.authentication import COOKIE

SCRIPT = "export const desk = '迎客';\n" * 200


@pytest.fixture
async def http(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "index-1a2b.js").write_text(SCRIPT)
    (tmp_path / "index.html").write_text("<!doctype html><title>迎客</title>")
    monkeypatch.setattr(pages, "CONSOLE", tmp_path)
    app = FastAPI()
    pages.add_pages(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk.test") as client:
        yield client


async def test_a_script_is_compressed_and_kept_for_ever(http: httpx.AsyncClient) -> None:
    for _ in range(2):  # from the disk, then from memory
        answer = await http.get("/desk/assets/index-1a2b.js")
        assert answer.text == SCRIPT
        assert answer.headers["content-encoding"] == "gzip"
        assert int(answer.headers["content-length"]) < len(SCRIPT.encode()) / 10
        assert "immutable" in answer.headers["cache-control"]
        assert "javascript" in answer.headers["content-type"]


async def test_a_script_comes_plain_to_who_reads_nothing_else(http: httpx.AsyncClient) -> None:
    answer = await http.get("/desk/assets/index-1a2b.js", headers={"accept-encoding": "identity"})
    assert answer.text == SCRIPT
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("name", ["missing.js", "%2E%2E%2Findex.html", "%2Fetc%2Fpasswd", "%00", "x" * 300])
async def test_what_is_not_among_the_assets_is_not_found(http: httpx.AsyncClient, name: str) -> None:
    answer = await http.get(f"/desk/assets/{name}")
    assert answer.status_code == 404 or answer.text.startswith("<!doctype html>")
    assert "root:" not in answer.text


async def test_the_page_announces_the_first_answers_to_a_browser_that_carries_a_session(
    http: httpx.AsyncClient,
) -> None:
    assert "link" not in (await http.get("/desk/sign-in")).headers
    signed_in = await http.get("/desk/conversations/mine", headers={"cookie": f"{COOKIE}=token"})
    for address in pages.FIRST_ASKED:
        assert f"<{address}>; rel=preload; as=fetch; crossorigin" in signed_in.headers["link"]
