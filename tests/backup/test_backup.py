"""An installation as an archive, and back, on real databases."""

import gzip
import json
import tarfile
from collections.abc import AsyncIterator, Awaitable, Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.conftest import Company
from tests.people import arrive, open_site
from yingke.backup import (
    ArchiveDamaged,
    ArchiveExists,
    NotEmpty,
    NothingToBackUp,
    NotWhole,
    ServerRuns,
    back_up,
    restore,
    verify_archive,
    verify_installation,
)
from yingke.conversations.posting import Draft, post_from_visitor
from yingke.files import Stored, Uploader, add_file
from yingke.kit.embedded import ROLE, EmbeddedPostgres
from yingke.kit.files import Folder, digest
from yingke.kit.ids import new_id
from yingke.kit.installation import epoch
from yingke.kit.work import Ground
from yingke.migrations import upgrade
from yingke.settings import Settings
from yingke.wiring import METADATA

EmptyDatabase = Callable[[], Awaitable[str]]


@pytest.fixture(scope="module")
async def empty_database(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmptyDatabase]:
    """Makes the URL of another database without anything in it, on the operator's own server."""
    folder = tmp_path_factory.mktemp("own-server")
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o755)
    server = EmbeddedPostgres(folder / "pg")
    url = await server.start()

    async def make() -> str:
        name = f"d{new_id().hex}"
        admin = await asyncpg.connect(url.replace(f"{ROLE}@", "postgres@").replace(f"/{ROLE}?", "/postgres?"))
        await admin.execute(f"CREATE DATABASE {name} OWNER {ROLE}")
        await admin.close()
        return url.replace(f"/{ROLE}?", f"/{name}?")

    yield make
    server.stop()


@pytest.fixture(scope="module")
async def dsn(empty_database: EmptyDatabase) -> str:
    """Of this module alone: the rows of other tests name files that are nowhere."""
    url = await empty_database()
    await upgrade(url)
    return url


@pytest.fixture
async def source(dsn: str, ground: Ground, company: Company, tmp_path: Path) -> Settings:
    """An installation somebody has worked with: people, a conversation in Chinese with odd characters, a file."""
    settings = Settings(data=tmp_path / "source", database_url=dsn)
    site = await open_site(ground, company.workspace_id)
    async with ground.work_in(company.workspace_id) as work:
        visitor = await arrive(work, site, "周晓彤")
        draft = Draft(client_id=new_id(), text="还有\t吗？\n反斜杠 \\N 和 🌰", kind="incoming")
        await post_from_visitor(work, visitor, None, draft)
    async with ground.work_everywhere() as work:
        await epoch(work)
    await Folder(settings.data / "files").put("ab/abcdef", b"\x89PNG picture")
    return settings


async def content(url: str) -> dict[str, Any]:
    """Every table's rows as one hash; without the epoch, which is meant to change."""
    connection = await asyncpg.connect(url)
    await connection.execute("SELECT set_config('yingke.workspace', '*', false)")
    hashes = {
        name: await connection.fetchval(
            f"SELECT md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {name} t"
            + (" WHERE key <> 'epoch'" if name == "installation_values" else "")
        )
        for name in METADATA.tables
    }
    await connection.close()
    return hashes


async def test_a_restored_installation_holds_all_there_was(
    source: Settings, empty_database: EmptyDatabase, tmp_path: Path
) -> None:
    archive = tmp_path / "yingke.tar.gz"
    assert "messages" in await back_up(source, archive)
    assert archive.stat().st_mode & 0o777 == 0o600
    target = Settings(data=tmp_path / "target", database_url=await empty_database())
    await restore(target, archive)
    assert target.database_url is not None and source.database_url is not None
    assert await content(target.database_url) == await content(source.database_url)
    assert (target.data / "files/ab/abcdef").read_bytes() == b"\x89PNG picture"
    assert not list(target.data.glob(".restore-*"))


async def test_a_whole_archive_and_a_whole_installation_are_said_to_be(source: Settings, tmp_path: Path) -> None:
    await back_up(source, tmp_path / "a")
    for sentence in (await verify_archive(tmp_path / "a"), await verify_installation(source)):
        assert " is whole: " in sentence and "messages in" in sentence
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "source"]


async def test_what_is_missing_in_an_installation_is_named(
    source: Settings, ground: Ground, company: Company, empty_database: EmptyDatabase, tmp_path: Path
) -> None:
    await _upload(ground, company, source)
    await back_up(source, tmp_path / "a")
    target = Settings(data=tmp_path / "target", database_url=await empty_database())
    await restore(target, tmp_path / "a")
    assert " is whole: " in await verify_installation(target)
    connection = await asyncpg.connect(target.database_url)
    await connection.execute("SELECT set_config('yingke.workspace', '*', false)")
    torn = await connection.fetchval("SELECT conversation_id FROM messages WHERE seq = 1 LIMIT 1")
    await connection.execute("DELETE FROM messages WHERE conversation_id = $1 AND seq = 1", torn)
    await connection.close()
    (target.data / "files/cd/changed").write_bytes(b"something else")
    (target.data / "files/cd/gone").unlink()
    with pytest.raises(NotWhole) as refused:
        await verify_installation(target)
    assert f"conversation {torn} should have the messages 1 to " in refused.value.detail
    assert "is not what was uploaded (cd/changed)" in refused.value.detail
    assert "is missing (cd/gone)" in refused.value.detail
    await back_up(target, tmp_path / "b")
    with pytest.raises(NotWhole) as of_archive:
        await verify_archive(tmp_path / "b")
    assert of_archive.value.detail.splitlines()[1:] == refused.value.detail.splitlines()[1:]


async def _upload(ground: Ground, company: Company, settings: Settings) -> None:
    """Two files with rows, under keys of their own."""
    store = Folder(settings.data / "files")
    async with ground.work_in(company.workspace_id) as work:
        for key in ("cd/changed", "cd/gone"):
            content = key.encode()
            await store.put(key, content)
            stored = Stored("报价.pdf", "application/pdf", "file", len(content), digest(content), key)
            await add_file(work, stored, Uploader("agent", company.owner.agent_id))


async def test_a_restore_gives_history_a_new_epoch_and_puts_the_barriers_up_again(
    source: Settings, empty_database: EmptyDatabase, tmp_path: Path
) -> None:
    await back_up(source, tmp_path / "a")
    target = Settings(data=tmp_path / "target", database_url=await empty_database())
    await restore(target, tmp_path / "a")
    epochs, barriers = [], []
    for url in (source.database_url, target.database_url):
        connection = await asyncpg.connect(url)
        epochs.append(await connection.fetchval("SELECT value FROM installation_values WHERE key = 'epoch'"))
        barriers.append(
            await connection.fetch(
                "SELECT relname FROM pg_class WHERE relforcerowsecurity AND relrowsecurity ORDER BY 1"
            )
        )
        await connection.close()
    assert epochs[0] != epochs[1]
    assert barriers[0] == barriers[1] and len(barriers[0]) > 10


def cut_off(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-2000])


def flip_a_byte(archive: Path) -> None:
    raw = bytearray(archive.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    archive.write_bytes(raw)


def rewrite(change: Callable[[str, bytes], bytes | None]) -> Callable[[Path], None]:
    """The archive packed anew, each part passed through `change`: sound as a tar."""

    def damage(archive: Path) -> None:
        with tarfile.open(archive) as tar:
            parts = {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr]
        with tarfile.open(archive, "w:gz") as tar:
            for name, body in parts.items():
                if (changed := change(name, body)) is not None:
                    entry = tarfile.TarInfo(name)
                    entry.size = len(changed)
                    tar.addfile(entry, BytesIO(changed))

    return damage


def another_word(name: str, body: bytes) -> bytes:
    return body.replace("周晓彤".encode(), "周晓丹".encode())


def without_a_file(name: str, body: bytes) -> bytes | None:
    return None if name.startswith("data/files/") else body


def without_manifest(name: str, body: bytes) -> bytes | None:
    return None if name == "manifest.json" else body


def not_ours(archive: Path) -> None:
    archive.write_bytes(gzip.compress(b"holiday pictures"))


def climb_out(archive: Path) -> None:
    with tarfile.open(archive, "w:gz") as tar:
        tar.addfile(tarfile.TarInfo("../outside"), BytesIO())


@pytest.mark.parametrize(
    "damage",
    [
        cut_off,
        flip_a_byte,
        rewrite(another_word),
        rewrite(without_a_file),
        rewrite(without_manifest),
        not_ours,
        climb_out,
    ],
)
async def test_a_damaged_archive_is_refused_before_anything_is_touched(
    damage: Callable[[Path], None], source: Settings, tmp_path: Path
) -> None:
    archive = tmp_path / "a"
    await back_up(source, archive)
    damage(archive)
    target = Settings(data=tmp_path / "target")
    with pytest.raises(ArchiveDamaged):
        await restore(target, archive)
    assert list(target.data.iterdir()) == []
    with pytest.raises(ArchiveDamaged):
        await verify_archive(archive)


async def test_a_restore_that_fails_on_the_way_leaves_nothing_behind(
    source: Settings, empty_database: EmptyDatabase, tmp_path: Path
) -> None:
    await back_up(source, tmp_path / "a")

    def one_row_more(name: str, body: bytes) -> bytes:
        if name != "manifest.json":
            return body
        manifest = json.loads(body)
        next(t for t in manifest["tables"] if t["name"] == "messages")["rows"] += 1
        return json.dumps(manifest).encode()

    rewrite(one_row_more)(tmp_path / "a")
    target = Settings(data=tmp_path / "target", database_url=await empty_database())
    with pytest.raises(ArchiveDamaged):
        await restore(target, tmp_path / "a")
    connection = await asyncpg.connect(target.database_url)
    assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    await connection.close()
    assert not [path for path in target.data.rglob("*") if path.is_file()]


async def test_an_installation_that_holds_work_is_not_overwritten(source: Settings, tmp_path: Path) -> None:
    await back_up(source, tmp_path / "a")
    assert source.database_url is not None
    before = await content(source.database_url)
    with pytest.raises(NotEmpty):
        await restore(source, tmp_path / "a")
    assert await content(source.database_url) == before


async def test_a_restore_under_a_running_server_is_refused(
    source: Settings, empty_database: EmptyDatabase, tmp_path: Path
) -> None:
    await back_up(source, tmp_path / "a")
    url = await empty_database()
    server = await asyncpg.connect(url, server_settings={"application_name": "yingke bus"})
    with pytest.raises(ServerRuns):
        await restore(Settings(data=tmp_path / "target", database_url=url), tmp_path / "a")
    await server.close()


async def test_a_backup_of_another_place_than_the_servers_says_which_settings_it_needs(
    empty_database: EmptyDatabase, tmp_path: Path
) -> None:
    elsewhere = Settings(data=tmp_path / "elsewhere", database_url=await empty_database())
    with pytest.raises(NothingToBackUp, match="YINGKE_DATA"):
        await back_up(elsewhere, tmp_path / "a")
    assert not (tmp_path / "a").exists()


async def test_a_backup_never_replaces_a_file(source: Settings, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("last week's")
    with pytest.raises(ArchiveExists):
        await back_up(source, tmp_path / "a")
    assert (tmp_path / "a").read_text() == "last week's"


async def test_a_backup_shows_one_moment_while_messages_come_in(
    source: Settings, ground: Ground, company: Company, empty_database: EmptyDatabase, tmp_path: Path
) -> None:
    """Every conversation's last_seq equals the number of its messages, whatever was written meanwhile."""
    import asyncio

    site = await open_site(ground, company.workspace_id, "另一店")

    async def write() -> None:
        conversation_id = None
        async with ground.work_in(company.workspace_id) as work:
            visitor = await arrive(work, site)
        for n in range(200):
            async with ground.work_in(company.workspace_id) as work:
                draft = Draft(client_id=new_id(), text=str(n), kind="incoming")
                conversation_id = (await post_from_visitor(work, visitor, conversation_id, draft)).conversation_id

    writing = asyncio.create_task(write())
    await asyncio.sleep(0.05)
    await back_up(source, tmp_path / "a")
    await writing
    target = Settings(data=tmp_path / "target", database_url=await empty_database())
    await restore(target, tmp_path / "a")
    connection = await asyncpg.connect(target.database_url)
    await connection.execute("SELECT set_config('yingke.workspace', '*', false)")
    torn = await connection.fetch(
        "SELECT c.id FROM conversations c LEFT JOIN messages m ON m.workspace_id = c.workspace_id AND m.conversation_id = c.id"
        " GROUP BY c.id, c.last_seq HAVING c.last_seq <> count(m.id)"
    )
    await connection.close()
    assert torn == []
