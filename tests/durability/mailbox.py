"""A mail server that takes mails, and by turns loses the connection after it took one."""

import asyncio
from email import message_from_bytes

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.durability.history import History


class Mailbox:
    """Notes what it took. Every fourth mail is taken and not confirmed: it has to come again, as the same mail."""

    def __init__(self, port: int, history: History) -> None:
        self.port = port
        self._history = history
        self._count = 0
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, enable_SMTPUTF8=True, hostname="mail.test"), "127.0.0.1", self.port
        )

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content)
        for to in envelope.rcpt_tos:
            self._history.note("mailed", to=to, message_id=mail["Message-ID"])
        self._count += 1
        if self._count % 4 == 0:
            server.transport.abort()
        return "250 OK"
