"""Who gets a file, and how it is served. Through the real HTTP application."""

import httpx
import pytest

from tests.conftest import Company, found_company, sign_in
from tests.files import pictures
from tests.people import arrive, open_site
from yingke.files import File, FileNotYours, Uploader, add_file, claim_files, store_upload, sweep_files
from yingke.files.uploading import Upload
from yingke.kit.clock import FixedClock
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.wiring import Services


async def send(http: httpx.AsyncClient, content: bytes, name: str = "照片.png") -> httpx.Response:
    return await http.post("/api/v1/files", files={"file": (name, content, "image/png")})


async def test_an_agent_uploads_an_image_and_everybody_at_the_desk_sees_it(
    ground: Ground, http: httpx.AsyncClient, company: Company
) -> None:
    await sign_in(ground, http, company.owner)
    answer = await send(http, pictures.png(1000, 500))
    assert answer.status_code == 201, answer.text
    file = answer.json()
    assert (file["kind"], file["width"], file["height"], file["name"]) == ("image", 1000, 500, "照片.png")
    shown = await http.get(file["url"])
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["content-disposition"].startswith("inline")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert (await http.get(file["thumb_url"])).headers["content-type"] == "image/webp"


@pytest.mark.parametrize("content", [b"<html><script>alert(1)</script></html>", b'<svg onload="alert(1)"/>'])
async def test_html_and_svg_are_only_ever_saved(
    ground: Ground, http: httpx.AsyncClient, company: Company, content: bytes
) -> None:
    await sign_in(ground, http, company.owner)
    file = (await send(http, content, "page.svg")).json()
    shown = await http.get(file["url"])
    assert shown.headers["content-disposition"].startswith("attachment")
    assert shown.headers["content-type"] == "application/octet-stream"
    assert shown.content == content


async def test_another_workspace_finds_nothing(ground: Ground, http: httpx.AsyncClient, company: Company) -> None:
    await sign_in(ground, http, company.owner)
    file = (await send(http, pictures.png())).json()
    await sign_in(ground, http, (await found_company(ground, "别家")).owner)
    assert (await http.get(file["url"])).status_code == 404
    assert (await http.get(file["thumb_url"])).status_code == 404


async def test_nobody_uploads_without_signing_in(http: httpx.AsyncClient) -> None:
    assert (await send(http, pictures.png())).status_code == 401


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "file_damaged"),
        (b"MZ\x90", 415, "file_type_refused"),
        (b"\x89PNG\r\n\x1a\nnonsense", 422, "file_damaged"),
    ],
)
async def test_bad_files_are_refused_with_a_reason(
    ground: Ground, http: httpx.AsyncClient, company: Company, content: bytes, status: int, code: str
) -> None:
    await sign_in(ground, http, company.owner)
    answer = await send(http, content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_file_over_the_limit_is_refused_while_it_still_comes(
    ground: Ground, http: httpx.AsyncClient, company: Company, services: Services
) -> None:
    await sign_in(ground, http, company.owner)
    sent = 0

    async def endless():  # type: ignore[no-untyped-def]
        nonlocal sent
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'
        while True:
            sent += 1
            yield bytes(1024 * 1024)

    answer = await http.post(
        "/api/v1/files", content=endless(), headers={"content-type": "multipart/form-data; boundary=b"}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert sent <= services.settings.largest_upload // (1024 * 1024) + 2


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ({"content-type": "application/json"}, b"{}"),
        ({"content-type": "multipart/form-data"}, b"x"),
        ({"content-type": "multipart/form-data; boundary=b"}, b"rubbish"),
        (
            {"content-type": "multipart/form-data; boundary=b"},
            b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--',
        ),
    ],
)
async def test_a_form_that_is_none_is_a_clear_error(
    ground: Ground, http: httpx.AsyncClient, company: Company, headers: dict[str, str], content: bytes
) -> None:
    await sign_in(ground, http, company.owner)
    answer = await http.post("/api/v1/files", content=content, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (422, "file")


async def test_a_voice_note_can_be_read_from_the_middle(
    ground: Ground, http: httpx.AsyncClient, company: Company
) -> None:
    await sign_in(ground, http, company.owner)
    file = (await send(http, pictures.wav(), "voice.wav")).json()
    part = await http.get(file["url"], headers={"range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"RIFF")
    assert part.headers["content-range"] == f"bytes 0-3/{file['size']}"
    assert (await http.get(file["url"], headers={"range": "bytes=-4"})).content == bytes(4)
    assert (await http.get(file["url"], headers={"range": "bytes=9999-"})).status_code == 422
    assert (await http.get(file["url"], headers={"range": "bytes=0-1,3-4"})).status_code == 200


async def test_only_public_files_are_shown_without_signing_in(
    ground: Ground, http: httpx.AsyncClient, company: Company, services: Services
) -> None:
    stored = await store_upload(services.files, Upload("logo.png", pictures.png(), {}))
    agent = Uploader("agent", company.owner.agent_id)
    async with ground.work_in(company.workspace_id) as work:
        open_one = await add_file(work, stored, agent, public=True)
        closed = await add_file(work, stored, agent)
    assert (await http.get(f"/media/logos/{open_one.id}")).status_code == 200
    assert (await http.get(f"/media/logos/{closed.id}")).status_code == 404


async def test_a_visitor_claims_only_own_files(ground: Ground, company: Company, services: Services) -> None:
    site = await open_site(ground, company.workspace_id)
    stored = await store_upload(services.files, Upload("a.png", pictures.png(), {}))
    here, elsewhere = new_id(), new_id()
    async with ground.work_in(company.workspace_id) as work:
        me, other = await arrive(work, site), await arrive(work, site)
        mine = await add_file(work, stored, Uploader("visitor", me.id))
        theirs = await add_file(work, stored, Uploader("visitor", other.id))
        claimed = await claim_files(work, [mine.id], uploader_kind="visitor", uploader_id=me.id, conversation_id=here)
        assert [file.id for file in claimed] == [mine.id]
        for id, conversation_id in ((theirs.id, here), (new_id(), here), (mine.id, elsewhere)):
            with pytest.raises(FileNotYours):
                await claim_files(
                    work, [id], uploader_kind="visitor", uploader_id=me.id, conversation_id=conversation_id
                )


async def test_an_agent_sends_a_saved_file_in_two_conversations(
    ground: Ground, company: Company, services: Services
) -> None:
    stored = await store_upload(services.files, Upload("manual.pdf", b"%PDF-1.7", {}))
    agent_id = company.owner.agent_id
    async with ground.work_in(company.workspace_id) as work:
        saved = await add_file(work, stored, Uploader("agent", agent_id))
        first, second = [
            (await claim_files(work, [saved.id], uploader_kind="agent", uploader_id=agent_id, conversation_id=id))[0]
            for id in (new_id(), new_id())
        ]
        assert first.id == saved.id != second.id
        assert (await work.get(File, second.id)).key == (await work.get(File, saved.id)).key


async def test_an_upload_that_was_never_sent_is_gone_after_a_day(
    ground: Ground, company: Company, services: Services, clock: FixedClock
) -> None:
    site = await open_site(ground, company.workspace_id)
    kept, lost = [await store_upload(services.files, Upload("a.pdf", b"%PDF-" + c, {})) for c in (b"1", b"2")]
    async with ground.work_in(company.workspace_id) as work:
        me = Uploader("visitor", (await arrive(work, site)).id)
        sent = await add_file(work, kept, me, conversation_id=new_id())
        unsent = await add_file(work, lost, me)
    from datetime import timedelta

    clock.advance(timedelta(days=2))
    await sweep_files(ground, services.files)
    async with ground.work_in(company.workspace_id) as work:
        assert await work.find(File, sent.id)
        assert await work.find(File, unsent.id) is None
    assert services.files.path(kept.key).exists()
    assert not services.files.path(lost.key).exists()
