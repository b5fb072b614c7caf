"""A bucket on a real S3 server as the file store, and the product on it."""

import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.conftest import Company, sign_in
from tests.files.pictures import png
from tests.kit.file_stores import FileStoreContract
from tests.realtime.conftest import free_port
from tests.s3.swift import KEY, SECRET, Swift
from yingke.asgi import make_app
from yingke.kit.files import FileStore, StoreAway, open_files
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.wiring import Services


@pytest.fixture(scope="module")
async def swift() -> AsyncIterator[Swift]:
    with tempfile.TemporaryDirectory(prefix="yingke-s3-") as folder:
        server = Swift(Path(folder))
        try:
            await server.start("files")
            yield server
        finally:
            await server.stop()


@pytest.fixture
def store(swift: Swift, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FileStore:
    """A place of its own in the bucket."""
    return opened(f"s3://files/{new_id().hex}?endpoint={swift.endpoint}", monkeypatch, tmp_path)


def opened(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, secret: str = SECRET) -> FileStore:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    return open_files(url, tmp_path)


class TestBucket(FileStoreContract):
    async def test_places_in_one_bucket_do_not_see_each_other(
        self, store: FileStore, swift: Swift, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        await store.put("ab/abcdef", b"ours")
        other = opened(f"s3://files/other?endpoint={swift.endpoint}", monkeypatch, tmp_path)
        assert [key async for key in other.listed()] == []

    async def test_a_wrong_secret_opens_nothing(
        self, swift: Swift, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        stranger = opened(f"s3://files/x?endpoint={swift.endpoint}", monkeypatch, tmp_path, secret="guessed")
        with pytest.raises(StoreAway):
            await stranger.put("ab/abcdef", b"x")

    async def test_a_server_that_is_away_is_said_to_be(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        away = opened(f"s3://files?endpoint=http://127.0.0.1:{free_port()}", monkeypatch, tmp_path)
        began = time.monotonic()
        with pytest.raises(StoreAway):
            await away.get("ab/abcdef")
        assert time.monotonic() - began < 10


async def test_a_picture_goes_up_and_comes_back_whole_and_in_parts(
    store: FileStore, services: Services, ground: Ground, company: Company
) -> None:
    app = make_app(replace(services, files=store))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.test") as http:
        await sign_in(ground, http, company.owner)
        sent = {"file": ("图.png", png(1200, 900), "image/png")}
        up = await http.post("/api/v1/files", files=sent, headers={"Origin": "http://desk.test"})
        assert up.status_code == 201, up.text
        whole = await http.get(up.json()["url"])
        assert whole.status_code == 200 and len(whole.content) == up.json()["size"]
        part = await http.get(up.json()["url"], headers={"Range": "bytes=10-19"})
        assert part.status_code == 206 and part.content == whole.content[10:20]
        thumb = await http.get(up.json()["thumb_url"])
        assert thumb.status_code == 200 and thumb.headers["content-type"] == "image/webp"
        async for key in store.listed():
            await store.delete(key)
        assert (await http.get(up.json()["url"])).status_code == 404
