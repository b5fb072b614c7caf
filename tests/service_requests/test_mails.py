"""What applicants are mailed: what was done, as it was done, and in the desk's list of mails."""

import email
import email.policy
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import httpx

from tests.conftest import sign_in
from tests.people import hire
from tests.relaying import settle
from tests.routing.shops import Shop
from tests.service_requests.applicants import file, team_of
from yingke.identity import Role
from yingke.service_requests.deciding import decide_request, move_meeting, reopen_request
from yingke.service_requests.filing import MAILS_A_DAY
from yingke.service_requests.handling import answer
from yingke.service_requests.models import ServiceRequest
from yingke.service_requests.signing import page_path

ADDRESS = "zhou@example.com"


async def mails(shop: Shop) -> list[tuple[str, str]]:
    """Subject and text of all that left, in order of subject and text."""
    await settle(shop.services)
    return sorted(map(_read, (shop.services.settings.data / "outbox").glob("service-request*.eml")))


def _read(path: Path) -> tuple[str, str]:
    parsed = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    body = parsed.get_body(("plain",))
    assert body is not None
    return str(parsed["subject"]), body.get_content()


async def test_of_two_answers_each_is_mailed_as_it_was_said(shop: Shop) -> None:
    agent = await shop.hire("王芳", teams=(await team_of(shop),))
    id = await file(shop, email=ADDRESS)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        for text in ("先查一下仓库。", "查到了，今天补发。"):
            await answer(work, agent, id, text, ask=False)
    said = [text for subject, text in await mails(shop) if "回复了您" in subject]
    assert len(said) == 2
    assert [sum(words in text for text in said) for words in ("先查一下仓库。", "查到了，今天补发。")] == [1, 1]


async def test_a_decision_is_mailed_as_it_was_also_when_it_was_opened_again_since(shop: Shop) -> None:
    agent = await shop.hire("王芳", teams=(await team_of(shop),))
    id = await file(shop, email=ADDRESS)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await decide_request(work, agent, id, "refused", "没有找到订单。")
        await reopen_request(work, agent, id, "订单找到了")
    (decided,) = [each for each in await mails(shop) if "未同意" in each[0]]
    assert "没有找到订单。" in decided[1]


async def test_who_is_to_come_at_another_time_is_mailed_when_and_why(shop: Shop) -> None:
    agent = await shop.hire("王芳", teams=(await team_of(shop),))
    wish = shop.clock.now() + timedelta(days=2)
    id = await file(shop, "appointment", wishes=[wish], email=ADDRESS)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await decide_request(work, agent, id, "approved", "到时见", meets_at=wish)
        await move_meeting(work, agent, id, wish + timedelta(hours=1), "上午停电")
    first, moved = [text for subject, text in await mails(shop) if "已同意" in subject]
    if "上午停电" in first:
        first, moved = moved, first
    assert "到时见" in first and "10:00" in first
    assert "上午停电" in moved and "11:00" in moved


async def test_a_strangers_mailbox_is_not_filled(shop: Shop) -> None:
    for _ in range(MAILS_A_DAY + 2):
        await file(shop, email=ADDRESS)
    assert len(await mails(shop)) == MAILS_A_DAY


async def test_the_list_of_mails_has_them_and_lets_nobody_answer_as_the_applicant(
    shop: Shop, http: httpx.AsyncClient
) -> None:
    owner = await hire(shop.services.ground, shop.workspace_id, role=Role.owner)
    await sign_in(shop.services.ground, http, owner)
    id = await file(shop, email=ADDRESS)
    (waiting,) = (await http.get("/api/v1/mails")).json()["items"]
    assert (waiting["kind"], waiting["to"], waiting["sent_at"]) == ("service_request", ADDRESS, None)
    assert waiting["service_request_id"] == str(id)
    await settle(shop.services)
    (sent,) = (await http.get("/api/v1/mails")).json()["items"]
    assert "1 号" in sent["subject"] and sent["sent_at"] is not None
    content = (await http.get(sent["content_url"])).content
    parsed = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    address, _, signature = (await path_of(shop, id)).rpartition("/")
    for subtype in ("plain", "html"):
        body = parsed.get_body((subtype,))
        assert body is not None and f"{address}/…" in body.get_content()
        assert signature not in body.get_content()


async def path_of(shop: Shop, id: UUID) -> str:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        return page_path(shop.site, (await work.get(ServiceRequest, id)).id)
