"""The public addresses of a site, through the real HTTP application."""

import json
import re
from typing import Any

import httpx
import pytest

from tests.conftest import Company, found_company, sign_in
from tests.files import pictures
from tests.people import found_team, hire
from yingke.channels.webchat import assets
from yingke.conversations.assigning import accept_conversation
from yingke.conversations.opening import open_conversation
from yingke.conversations.posting import Draft, post_message
from yingke.files import Uploader, add_file, store_upload
from yingke.files.uploading import Upload
from yingke.inboxes import Site, SiteSettings, create_site
from yingke.inboxes.editing import change_site
from yingke.kit.ids import new_id
from yingke.kit.rates import Rates
from yingke.kit.work import Ground
from yingke.visitors import Visitor, block_visitor, greet_visitor
from yingke.wiring import Services


@pytest.fixture
async def site(ground: Ground, company: Company) -> Site:
    async with ground.work_in(company.workspace_id) as work:
        value = await create_site(
            work,
            name="</script><script>alert(1)</script>",
            settings={
                "allowed_origins": ["https://shop.example"],
                "top_questions": [{"question": {"en": "<b>"}, "answer": {}}],
            },
        )
        return await work.get(Site, value.id)


@pytest.fixture
def built(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A widget as the build makes it, small."""
    folder = tmp_path / "widget"
    (folder / "assets").mkdir(parents=True)
    (folder / "loader.js").write_text('start("__YINGKE_CONFIG__")')
    (folder / "early.js").write_text('import("__YINGKE_TRACKER__");')
    (folder / "tracker.js").write_text('track("__YINGKE_TRACKING__")')
    for language in ("zh-CN", "zh-TW", "en"):
        page = f'<script lang="{language}" type="application/json">__YINGKE_CONFIG__</script>'
        (folder / f"frame.{language}.html").write_text(page)
    (folder / "csp.json").write_text(
        '{"script":{"zh-CN":"sha256-cn=","zh-TW":"sha256-tw=","en":"sha256-en="},"style":"sha256-s="}'
    )
    (folder / "sw.js").write_text("worker")
    (folder / "assets" / "emoji-1a2b.js").write_text("emoji" * 100)
    monkeypatch.setattr(assets, "FOLDER", folder)


async def greet(ground: Ground, site: Site) -> tuple[Visitor, dict[str, str]]:
    async with ground.work_in(site.workspace_id) as work:
        greeted = await greet_visitor(work, site, token=None)
    return greeted.visitor, {"authorization": f"Bearer {greeted.token}"}


async def test_the_loader_carries_what_the_launcher_shows_and_no_more(
    http: httpx.AsyncClient, site: Site, built: None
) -> None:
    answer = await http.get(f"/w/{site.key}.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "max-age=300" in answer.headers["cache-control"]
    early, _, launcher = answer.text.partition(";")
    assert early == f'import("/w/{site.key}/v.js")'
    configuration = json.loads(launcher.removeprefix("start(").removesuffix(")"))
    assert configuration["look"]["color"] == "#1f6f5c"
    assert set(configuration) == {"site", "language", "look"}
    assert "<" not in answer.text


async def test_the_tracker_is_a_module_any_page_may_load_and_knows_its_site(
    http: httpx.AsyncClient, ground: Ground, site: Site, built: None
) -> None:
    answer = await http.get(f"/w/{site.key}/v.js")
    assert answer.headers["access-control-allow-origin"] == "*"
    told = json.loads(answer.text.removeprefix("track(").removesuffix(")"))
    assert told == {"key": site.key, "path": f"/w/{site.key}/v", "mode": "full", "dnt": "anonymous"}
    async with ground.work_in(site.workspace_id) as work:
        await change_site(work, site.id, settings={"tracking": {"mode": "off"}})
    assert "import" not in (await http.get(f"/w/{site.key}.js")).text
    assert (await http.get("/w/nobody/v.js")).status_code == 404


async def test_the_panel_is_framed_by_the_sites_own_pages_only(
    http: httpx.AsyncClient, site: Site, built: None
) -> None:
    answer = await http.get(f"/w/{site.key}/frame")
    assert answer.status_code == 200, answer.text
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'self' https://shop.example" in policy
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy
    inside = re.fullmatch(r"<script[^>]*>(.*)</script>", answer.text, re.DOTALL)
    assert inside is not None
    assert "<" not in inside[1]
    configuration = json.loads(inside[1])
    assert configuration["site"]["name"] == site.name
    assert configuration["greeting"] == {"zh-CN": "您好，有什么可以帮您？"}


async def test_the_panel_comes_in_the_sites_language_or_the_one_asked_for(
    ground: Ground, http: httpx.AsyncClient, company: Company, site: Site, built: None
) -> None:
    asked = await http.get(f"/w/{site.key}/frame", params={"language": "zh-TW"})
    assert 'lang="zh-TW"' in asked.text
    assert "sha256-tw=" in asked.headers["content-security-policy"]
    assert 'lang="zh-CN"' in (await http.get(f"/w/{site.key}/frame", params={"language": "../x"})).text
    await sign_in(ground, http, company.owner)
    await http.patch(f"/api/v1/sites/{site.id}", json={"settings": {"language": "en"}})
    assert 'lang="en"' in (await http.get(f"/w/{site.key}/frame", params={"language": "zh-TW"})).text


async def test_the_public_configuration_tells_nothing_private(
    ground: Ground, http: httpx.AsyncClient, company: Company, site: Site
) -> None:
    team_id = await found_team(ground, company.workspace_id, "售前")
    await sign_in(ground, http, company.owner)
    await http.patch(f"/api/v1/sites/{site.id}", json={"settings": {"team_ids": [str(team_id)]}})
    told = (await http.get(f"/w/{site.key}/config")).json()
    assert told["departments"] == [{"id": str(team_id), "name": "售前"}]
    assert set(told) == (set(SiteSettings().stored()) - {"allowed_origins", "team_ids", "help_centre", "invitations"}) | {
        "v", "version", "site", "socket_url", "departments"
    }  # fmt: skip
    assert told["hours"]["text"]["zh-CN"] == "全天服务"
    for secret in (site.identity_secret, str(site.workspace_id), "shop.example"):
        assert secret not in json.dumps(told)


async def test_a_browser_that_has_it_is_not_sent_it_again(http: httpx.AsyncClient, site: Site, built: None) -> None:
    first = await http.get(f"/w/{site.key}.js")
    assert first.headers["content-encoding"] == "gzip"
    again = await http.get(f"/w/{site.key}.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_only_the_sites_origins_may_read_across(http: httpx.AsyncClient, site: Site) -> None:
    allowed = await http.get(f"/w/{site.key}/config", headers={"origin": "https://shop.example"})
    assert allowed.headers["access-control-allow-origin"] == "https://shop.example"
    refused = await http.get(f"/w/{site.key}/config", headers={"origin": "https://evil.example"})
    assert (refused.status_code, refused.json()["code"]) == (403, "origin_refused")
    assert "access-control-allow-origin" not in refused.headers
    asked = await http.options(f"/w/{site.key}/files", headers={"origin": "https://shop.example"})
    assert (asked.status_code, asked.headers["access-control-allow-headers"]) == (204, "Authorization, Content-Type")
    assert (await http.options(f"/w/{site.key}/files", headers={"origin": "null"})).status_code == 403


@pytest.mark.parametrize(
    "path", [".js", "/frame", "/config", "/contact", "/files/0199f000-0000-7000-8000-000000000000"]
)
@pytest.mark.parametrize("key", ["unknownunknown12", "x" * 300, "%00", "..%2f"])
async def test_an_unknown_key_is_not_found(http: httpx.AsyncClient, path: str, key: str) -> None:
    assert (await http.get(f"/w/{key}{path}")).status_code == 404


async def test_built_files_are_kept_for_ever_and_nothing_else_is_given_out(
    http: httpx.AsyncClient, built: None
) -> None:
    answer = await http.get("/w/assets/emoji-1a2b.js")
    assert "immutable" in answer.headers["cache-control"]
    assert (await http.get("/w/sw.js")).headers["cache-control"] == "no-cache"
    for odd in ("missing.js", "..%2Floader.js", ".hidden", "%2e%2e", "a%00b"):
        assert (await http.get(f"/w/assets/{odd}")).status_code == 404, odd


async def test_a_widget_that_was_not_built_says_so(http: httpx.AsyncClient, site: Site, built: None) -> None:
    (assets.FOLDER / "loader.js").unlink()
    answer = await http.get(f"/w/{site.key}.js")
    assert (answer.status_code, answer.json()["code"]) == (503, "widget_not_built")


async def test_a_flood_is_answered_with_when_to_come_back(
    http: httpx.AsyncClient, site: Site, services: Services
) -> None:
    services.rates.page = Rates(per_second=0.1, burst=2)
    for _ in range(2):
        assert (await http.get(f"/w/{site.key}/config")).status_code == 200
    answer = await http.get(f"/w/{site.key}/config")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 10


async def send(
    http: httpx.AsyncClient, site: Site, headers: dict[str, str], content: bytes = pictures.png()
) -> httpx.Response:
    return await http.post(f"/w/{site.key}/files", files={"file": ("a.png", content, "image/png")}, headers=headers)


async def test_a_visitor_uploads_a_file_and_reads_it_back(ground: Ground, http: httpx.AsyncClient, site: Site) -> None:
    _, me = await greet(ground, site)
    answer = await send(http, site, me)
    assert answer.status_code == 201, answer.text
    file = answer.json()
    assert file["url"] == f"/w/{site.key}/files/{file['id']}"
    shown = await http.get(file["url"], headers=me)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")
    assert (await http.get(file["thumb_url"], headers=me)).status_code == 200


async def test_a_visitors_file_is_nobody_elses(
    ground: Ground, http: httpx.AsyncClient, company: Company, site: Site
) -> None:
    _, me = await greet(ground, site)
    _, other = await greet(ground, site)
    file = (await send(http, site, me)).json()
    assert (await http.get(file["url"], headers=other)).status_code == 404
    assert (await http.get(file["url"])).status_code == 401
    token = me["authorization"].removeprefix("Bearer ")
    assert (await http.get(file["url"], params={"token": token})).status_code == 401
    await sign_in(ground, http, (await found_company(ground, "别家")).owner)
    assert (await http.get(f"/api/v1/files/{file['id']}/content")).status_code == 404
    # Nor the desk's, before it is sent.
    await sign_in(ground, http, company.owner)
    assert (await http.get(f"/api/v1/files/{file['id']}/content")).status_code == 404


@pytest.mark.parametrize(
    "headers", [{}, {"authorization": "Bearer nobody"}, {"authorization": "Basic x"}, {"authorization": "Bearer "}]
)
async def test_nobody_uploads_without_being_a_visitor(
    http: httpx.AsyncClient, site: Site, headers: dict[str, str]
) -> None:
    answer = await send(http, site, headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "visitor_unknown")


async def test_a_blocked_visitor_uploads_nothing(ground: Ground, http: httpx.AsyncClient, site: Site) -> None:
    visitor, me = await greet(ground, site)
    async with ground.work_in(site.workspace_id) as work:
        await block_visitor(work, visitor.id, by=None)
    assert (await send(http, site, me)).json()["code"] == "visitor_blocked"


async def test_uploads_are_counted_by_visitor(
    ground: Ground, http: httpx.AsyncClient, site: Site, services: Services
) -> None:
    services.rates.upload = Rates(per_second=0.1, burst=1)
    _, me = await greet(ground, site)
    _, other = await greet(ground, site)
    assert (await send(http, site, me)).status_code == 201
    assert (await send(http, site, me)).status_code == 429
    assert (await send(http, site, other)).status_code == 201


async def test_a_visitor_sees_files_of_answers_and_not_of_notes(
    ground: Ground, http: httpx.AsyncClient, company: Company, site: Site, services: Services
) -> None:
    visitor, me = await greet(ground, site)
    _, stranger = await greet(ground, site)
    agent = await hire(ground, company.workspace_id)
    stored = await store_upload(services.files, Upload("a.png", pictures.png(), {}))
    async with ground.work_in(company.workspace_id) as work:
        conversation = await open_conversation(work, await work.get(Visitor, visitor.id), client_id=new_id())
        await accept_conversation(work, agent, conversation.id)
        answer, note = [await add_file(work, stored, Uploader("agent", agent.agent_id)) for _ in range(2)]
        for file, kind in ((answer, "outgoing"), (note, "note")):
            draft = Draft(client_id=new_id(), text="", kind=kind, attachment_ids=(file.id,))  # type: ignore[arg-type]
            await post_message(work, agent, conversation.id, draft)
    assert (await http.get(f"/w/{site.key}/files/{answer.id}", headers=me)).status_code == 200
    assert (await http.get(f"/w/{site.key}/files/{note.id}", headers=me)).status_code == 404
    assert (await http.get(f"/w/{site.key}/files/{answer.id}", headers=stranger)).status_code == 404
