"""A mail server and a push service that are really there, and a conversation to write about."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import http_ece
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.conftest import Company
from tests.people import arrive, hire, open_site
from tests.relaying import settle
from yingke.conversations.assigning import accept_conversation
from yingke.conversations.opening import open_conversation
from yingke.conversations.posting import Draft, post_from_visitor, post_message
from yingke.identity import Actor
from yingke.inboxes import Site
from yingke.kit.ids import new_id
from yingke.kit.mail import Mailer, SmtpSettings
from yingke.kit.outbound import OutboundClient
from yingke.kit.work import Ground
from yingke.visitors import Visitor
from yingke.wiring import Services


class MailServer:
    """Keeps what it takes; refuses while `refusing`."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusing = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd
        if self.refusing:
            return "451 try again later"
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 taken"


@pytest.fixture
async def smtp(services: Services) -> AsyncIterator[MailServer]:
    """The server that `services` sends to. What other tests left to be sent is sent elsewhere before."""
    await settle(services)
    handler = MailServer()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(handler), "127.0.0.1", 0)
    settings = SmtpSettings("127.0.0.1", server.sockets[0].getsockname()[1], tls="none")
    services.mailer = Mailer(settings, services.settings.data / "outbox", services.settings.mail_from)
    yield handler
    server.close()


def body_of(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    assert part is not None
    return str(part.get_content())


@dataclass
class Chat:
    """A conversation that an agent has accepted."""

    ground: Ground
    company: Company
    site: Site
    agent: Actor
    visitor_id: UUID
    id: UUID

    async def says(self, text: str, **draft: Any) -> int:
        async with self.ground.work_in(self.company.workspace_id) as work:
            visitor = await work.get(Visitor, self.visitor_id)
            written = Draft(client_id=new_id(), text=text, kind="incoming", **draft)
            return (await post_from_visitor(work, visitor, self.id, written)).seq

    async def answers(self, text: str, *, kind: Any = "outgoing", **draft: Any) -> int:
        async with self.ground.work_in(self.company.workspace_id) as work:
            written = Draft(client_id=new_id(), text=text, kind=kind, **draft)
            return (await post_message(work, self.agent, self.id, written)).seq


@pytest.fixture
async def chat(ground: Ground, company: Company) -> Chat:
    site = await open_site(ground, company.workspace_id)
    agent = await hire(ground, company.workspace_id, "小芳")
    async with ground.work_in(company.workspace_id) as work:
        visitor = await arrive(work, site, "小明")
        opened = await open_conversation(work, visitor, client_id=new_id())
    async with ground.work_in(company.workspace_id) as work:
        await accept_conversation(work, agent, opened.id)
    return Chat(ground, company, site, agent, visitor.id, opened.id)


@dataclass
class PushService:
    """Takes pushes over HTTP as a browser maker's service does, and opens them as the browser would."""

    port: int = 0
    status: int = 201
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = b"0123456789abcdef"

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}/push/abc"

    @property
    def keys(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"p256dh": _text(point), "auth": _text(self.auth)}

    @property
    def notices(self) -> list[dict[str, str]]:
        opened = [http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth) for _, body in self.requests]
        return [json.loads(each) for each in opened]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        self.requests.append((headers, await reader.readexactly(int(headers["content-length"]))))
        writer.write(f"HTTP/1.1 {self.status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@pytest.fixture
async def push(services: Services) -> AsyncIterator[PushService]:
    """The push service of the agents' browsers."""
    service = PushService()
    server = await asyncio.start_server(service.serve, "127.0.0.1", 0)
    service.port = server.sockets[0].getsockname()[1]
    services.outbound = OutboundClient(also=[f"127.0.0.1:{service.port}"])
    yield service
    server.close()


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
