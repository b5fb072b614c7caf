"""Mails to visitors, as a real mail server gets them."""

import io
import random
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from tests.conftest import sign_in
from tests.notifications.conftest import Chat, MailServer, body_of
from tests.people import arrive
from tests.relaying import settle
from yingke.conversations.assigning import accept_conversation
from yingke.conversations.editing import recall_message
from yingke.conversations.facts import MessagePosted
from yingke.conversations.models import Conversation, Message
from yingke.conversations.offline import leave_message
from yingke.files import File, Uploader, add_file
from yingke.files.uploading import Stored
from yingke.kit.clock import FixedClock
from yingke.kit.errors import Refusal
from yingke.kit.facts import Fact
from yingke.kit.ids import new_id
from yingke.notifications import Mail, request_transcript
from yingke.notifications.handlers import answer_by_mail
from yingke.notifications.letters import Beside, Look, transcript
from yingke.notifications.records import recorded
from yingke.wiring import Services


async def ask(chat: Chat, email: str = "ming@example.com") -> None:
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        await request_transcript(work, chat.id, email)


async def test_a_transcript_says_what_visitor_and_agent_said_and_nothing_that_only_staff_may_see(
    chat: Chat, services: Services, smtp: MailServer
) -> None:
    await chat.says("<script>alert(1)</script> 在吗?")
    await chat.answers("在的,请讲")
    await chat.answers("这位客户很挑剔", kind="note")
    recalled = await chat.answers("发错了")
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        await recall_message(work, chat.agent, chat.id, recalled)
    await ask(chat)
    await chat.says("这句在请求之后")
    await settle(services)
    (mail,) = smtp.mails
    assert (mail["To"], mail["Subject"]) == ("ming@example.com", "您与松果商店的对话记录")
    assert "松果商店" in str(mail["From"])
    for subtype in ("plain", "html"):
        body = body_of(mail, subtype)
        assert "在的,请讲" in body and "小芳" in body and "这条消息已撤回" in body
        assert "挑剔" not in body and "发错了" not in body and "请求之后" not in body
    assert "<script>" not in body_of(mail, "html")
    assert "<script>alert(1)</script> 在吗?" in body_of(mail, "plain")


async def test_files_are_links_that_the_holder_of_the_mail_may_open(
    chat: Chat, services: Services, smtp: MailServer, http: httpx.AsyncClient, clock: FixedClock
) -> None:
    await services.files.put("ab/photo", b"picture")
    await services.files.put("ab/secret", b"secret")
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        uploader = Uploader("agent", chat.agent.agent_id)
        photo = await add_file(work, Stored("包装.png", "image/png", "image", 7, "-", "ab/photo"), uploader)
        secret = await add_file(work, Stored("s.png", "image/png", "image", 6, "-", "ab/secret"), uploader)
    await chat.answers("看图", attachment_ids=[photo.id])
    await chat.answers("内部", kind="note", attachment_ids=[secret.id])
    await ask(chat)
    await settle(services)
    body = body_of(smtp.mails[0], "plain")
    (link,) = [word for word in body.split() if word.startswith("http://desk.test/mailed/")]
    assert "图片: 包装.png" in body and "s.png" not in body
    answer = await http.get(link)
    assert (answer.status_code, answer.content) == (200, b"picture")
    mail_id = link.split("/")[4]
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        files = await work.all(select(File).where(File.workspace_id == work.workspace_id))
    for other in (f for f in files if f.key == "ab/secret"):
        assert (await http.get(f"/mailed/{mail_id}/{other.id}")).status_code == 404
    assert (await http.get(f"/mailed/{new_id()}/{photo.id}")).status_code == 404
    clock.advance(timedelta(days=31))
    assert (await http.get(link)).status_code == 404


async def test_a_mail_that_was_refused_leaves_later_under_the_same_message_id(
    chat: Chat, services: Services, smtp: MailServer, http: httpx.AsyncClient, clock: FixedClock
) -> None:
    smtp.refusing = True
    await ask(chat)
    await settle(services)
    await sign_in(chat.ground, http, chat.company.owner)
    (waiting,) = (await http.get("/api/v1/mails")).json()["items"]
    assert waiting["sent_at"] is None and "try again later" in waiting["error"]
    smtp.refusing = False
    clock.advance(timedelta(minutes=5))
    await settle(services)
    (mail,) = smtp.mails
    assert mail["Message-ID"] == f"<transcript.{waiting['id']}@desk.test>"
    (sent,) = (await http.get("/api/v1/mails")).json()["items"]
    assert sent["sent_at"] is not None and sent["error"] is None and sent["subject"] == "您与松果商店的对话记录"


async def test_an_address_that_is_none_and_floods_are_refused(chat: Chat, services: Services) -> None:
    for email in ("", "nobody", "a@b", "a@b.c\r\nBcc: x@y.z"):
        with pytest.raises(Refusal) as refused:
            await ask(chat, email)
        assert refused.value.field == "email"
    for number in range(5):
        await ask(chat, f"m{number}@example.com")
    with pytest.raises(Refusal) as throttled:
        await ask(chat, "m6@example.com")
    assert throttled.value.code == "too_many_mails" and throttled.value.retry_after
    await settle(services)


async def test_an_agent_mails_a_transcript_of_a_conversation_they_may_read(
    chat: Chat, services: Services, smtp: MailServer, http: httpx.AsyncClient
) -> None:
    await sign_in(chat.ground, http, chat.agent)
    path = f"/api/v1/conversations/{chat.id}/transcript"
    assert (await http.post(path, json={"email": "ming@example.com"})).status_code == 202
    assert (
        await http.post(f"/api/v1/conversations/{new_id()}/transcript", json={"email": "a@b.cc"})
    ).status_code == 404
    assert (await http.post(path, json={"email": "no"})).json()["field"] == "email"
    await settle(services)
    assert [str(mail["To"]) for mail in smtp.mails] == ["ming@example.com"]


async def left_message(chat: Chat, channel: str, reply_to: str) -> UUID:
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        visitor = await arrive(work, chat.site)
        visitor.language = "en-GB"
        left = await leave_message(
            work,
            visitor,
            client_id=new_id(),
            text="When do you open?",
            channel=channel,  # type: ignore[arg-type]
            reply_to=reply_to,
        )
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        await accept_conversation(work, chat.agent, left.conversation_id)
    return left.conversation_id


async def test_the_answer_to_a_message_that_was_left_goes_out_by_mail_once(
    chat: Chat, services: Services, smtp: MailServer
) -> None:
    told: list[Fact] = []
    chat.ground.outbox.push = told.extend
    chat.id = await left_message(chat, "email", "ann@example.com")
    await chat.answers("not for you", kind="note")
    seq = await chat.answers("At nine.")
    await settle(services)
    (mail,) = smtp.mails
    assert (mail["To"], mail["Subject"]) == ("ann@example.com", "松果商店 answered your message")
    body = body_of(mail, "plain")
    assert "At nine." in body and "> When do you open?" in body and "not for you" not in body
    assert mail["References"] == f"<conversation.{chat.id}@desk.test>"
    (posted,) = [
        f for f in told if isinstance(f, MessagePosted) and f.message.seq == seq and f.conversation.id == chat.id
    ]
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        await answer_by_mail(work, posted)
        await answer_by_mail(work, posted)
    await settle(services)
    assert len(smtp.mails) == 1


async def test_an_answer_recalled_before_it_left_stays_here_and_a_telephone_number_gets_no_mail(
    chat: Chat, services: Services, smtp: MailServer
) -> None:
    chat.id = await left_message(chat, "email", "ann@example.com")
    seq = await chat.answers("oops")
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        await recall_message(work, chat.agent, chat.id, seq)
    chat.id = await left_message(chat, "phone", "13800138000")
    await chat.answers("We will call.")
    await settle(services)
    assert smtp.mails == []


async def test_without_a_mail_server_mails_lie_in_a_folder_and_administrators_read_them(
    chat: Chat, services: Services, http: httpx.AsyncClient
) -> None:
    await chat.says("在吗")
    await ask(chat)
    await settle(services)
    await sign_in(chat.ground, http, chat.company.owner)
    (mail,) = (await http.get("/api/v1/mails")).json()["items"]
    kept = await http.get(mail["content_url"])
    assert kept.headers["content-type"] == "message/rfc822" and b"ming@example.com" in kept.content
    assert [path.read_bytes() for path in (services.settings.data / "outbox").glob("*.eml")] == [kept.content]
    await sign_in(chat.ground, http, chat.agent)
    assert (await http.get("/api/v1/mails")).status_code == 403


async def test_the_mails_of_an_erased_conversation_go_with_it(chat: Chat) -> None:
    await ask(chat)
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        from yingke.conversations.models import Conversation

        await work.rows.delete(await work.get(Conversation, chat.id))
        await work.rows.flush()
        assert await work.all(select(Mail).where(Mail.workspace_id == work.workspace_id)) == []


async def test_a_long_conversation_comes_whole_in_a_file_beside_the_letter(
    chat: Chat, services: Services, smtp: MailServer
) -> None:
    await chat.says("第一句")
    await fill(chat, 2_500)
    await chat.answers("内部", kind="note")
    await ask(chat)
    await settle(services)
    (mail,) = smtp.mails
    body = body_of(mail, "plain")
    assert "第一句" not in body and "第 2500 句" in body and "全部 2501 条消息在附件" in body
    (beside,) = mail.iter_attachments()
    with zipfile.ZipFile(io.BytesIO(beside.get_content())) as archive:
        (name,) = archive.namelist()
        text = archive.read(name).decode("utf-8-sig")
    assert text.index("第一句") < text.index("第 1 句\n") < text.index("第 2500 句\n")
    assert text.count(" 句\n") == 2_500 and "内部" not in text


async def test_a_file_beside_a_letter_has_a_bound_and_says_what_is_missing(chat: Chat) -> None:
    await fill(chat, 1_000, lambda n: random.Random(n).randbytes(500).hex())
    look = Look(site="x", language="en", color="#000000", time_zone="UTC", site_url=None, file_link=str)
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        record = await recorded(work, look, chat.id, 1, 1_000, largest=100_000)
    assert not record.complete and 100 < record.count < 800
    assert len(record.file.content) < 400_000
    letter = transcript(look, 1, [], Beside("1.zip", record.count, record.complete))
    assert f"The first {record.count} messages are in the file 1.zip." in letter.text


async def test_administrators_see_every_letter_of_the_workspace_and_no_link_that_lets_somebody_in(
    chat: Chat, services: Services, http: httpx.AsyncClient
) -> None:
    await sign_in(chat.ground, http, chat.company.owner)
    await ask(chat)
    invited = await http.post("/api/v1/invitations", json={"email": "han@example.com"})
    await http.post("/api/v1/password-resets", json={"email": f"{chat.agent.agent_id}@example.com"})
    await settle(services)
    mails = (await http.get("/api/v1/mails")).json()["items"]
    assert {(mail["kind"], mail["to"]) for mail in mails} == {
        ("transcript", "ming@example.com"),
        ("invitation", "han@example.com"),
        ("password_reset", f"{chat.agent.agent_id}@example.com"),
    }
    assert all(mail["sent_at"] for mail in mails)
    for mail in mails:
        if mail["kind"] != "transcript":
            raw = message_from_bytes((await http.get(mail["content_url"])).content, policy=policy.default)
            assert isinstance(raw, EmailMessage)
            for subtype in ("plain", "html"):
                assert "#…" in body_of(raw, subtype)
                assert not re.search(r"#[\w-]{20,}", body_of(raw, subtype))
    paged: list[dict[str, object]] = []
    cursor = None
    while cursor is not None or not paged:
        page = (await http.get("/api/v1/mails", params={"limit": 1} | ({"cursor": cursor} if cursor else {}))).json()
        paged += page["items"]
        cursor = page["next_cursor"]
    assert paged == mails
    assert invited.json()["id"] not in str(mails)


async def test_a_letter_that_is_refused_is_shown_with_the_reason(
    chat: Chat, services: Services, smtp: MailServer, http: httpx.AsyncClient, clock: FixedClock
) -> None:
    await sign_in(chat.ground, http, chat.company.owner)
    smtp.refusing = True
    await http.post("/api/v1/invitations", json={"email": "han@example.com"})
    await settle(services)
    (mail,) = (await http.get("/api/v1/mails")).json()["items"]
    assert mail["sent_at"] is None and "try again later" in mail["error"]
    smtp.refusing = False
    clock.advance(timedelta(hours=1))
    await settle(services)
    (mail,) = (await http.get("/api/v1/mails")).json()["items"]
    assert mail["sent_at"] and mail["error"] is None and mail["content_url"] is None


async def fill(chat: Chat, count: int, text: Callable[[int], str] = lambda n: f"第 {n} 句") -> None:
    """`count` answers, written at once."""
    async with chat.ground.work_in(chat.company.workspace_id) as work:
        row = await work.get(Conversation, chat.id, lock=True)
        work.rows.add_all(
            Message(
                workspace_id=work.workspace_id,
                conversation_id=chat.id,
                seq=row.last_seq + n,
                id=new_id(),
                kind="outgoing",
                audience="everyone",
                author_kind="agent",
                author_id=chat.agent.agent_id,
                author_name="小芳",
                text=text(n),
                created_at=work.now,
            )
            for n in range(1, count + 1)
        )
        row.last_seq += count
