"""The demonstration's sample data, written once for the module, in a database of its own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from yingke.asgi import make_app
from yingke.demo import Sample, ensure_sample, open_shop
from yingke.demo.sampling import site_of
from yingke.demo.shop import Demo
from yingke.kit.embedded import EmbeddedPostgres
from yingke.kit.facts import Fact
from yingke.migrations import upgrade
from yingke.settings import Settings
from yingke.wiring import Services
from yingke.worker import services


class Told(list[Fact]):
    """Every fact of the sample, in order."""


@pytest.fixture(scope="module")
async def shop_services(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Services]:
    folder = tmp_path_factory.mktemp("demo")
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o755)
    settings = Settings(data=folder, port=8149, public_url="http://127.0.0.1:8149", demo=True)
    postgres = EmbeddedPostgres(Path(folder) / "postgres")
    dsn = await postgres.start()
    await upgrade(dsn)
    async with services(settings, dsn) as all_services:
        yield all_services
    postgres.stop()


@pytest.fixture(scope="module")
def told() -> Told:
    return Told()


@pytest.fixture(scope="module")
async def made(shop_services: Services, told: Told) -> Sample:
    """The sample, as the second start writes it after the first one was cut off half-way."""

    def cut_off(facts: Sequence[Fact]) -> None:
        told.extend(facts)
        if len(told) > 200:
            raise ConnectionResetError

    outbox = shop_services.ground.outbox
    outbox.push = cut_off
    with pytest.raises(ConnectionResetError):
        await ensure_sample(shop_services.ground, shop_services.settings)
    told.clear()
    outbox.push = told.extend
    return await ensure_sample(shop_services.ground, shop_services.settings)


@pytest.fixture(scope="module")
async def app(shop_services: Services, made: Sample) -> FastAPI:
    app = make_app(shop_services)
    site = await site_of(shop_services.ground, made)
    open_shop(app, Demo(site.key, site.identity_secret, made.owner_login_id, made.workspace_id))
    return app


@asynccontextmanager
async def browsing(app: FastAPI, address: str = "127.0.0.1") -> AsyncIterator[httpx.AsyncClient]:
    """A browser at `address`."""
    transport = httpx.ASGITransport(app=app, client=(address, 5000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8149") as client:
        yield client
