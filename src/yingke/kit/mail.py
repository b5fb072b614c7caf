"""Outgoing mail: to the SMTP server of the settings, or, when there is none, into a folder one can look at."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formataddr, formatdate
from pathlib import Path

import aiosmtplib


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "starttls"
    """`starttls`, `implicit` or `none`."""


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    mime: str
    content: bytes


class Mailer:
    """Sends one message. Repeating it with the same `message_id` lets receivers drop the second copy."""

    def __init__(self, smtp: SmtpSettings | None, outbox: Path, sender: str) -> None:
        self._smtp = smtp
        self._outbox = outbox
        self._sender = sender

    @property
    def kind(self) -> str:
        """`smtp`, or `outbox` when mails are kept in the folder."""
        return "smtp" if self._smtp else "outbox"

    async def send(
        self,
        *,
        to: str,
        subject: str,
        text: str,
        html: str | None,
        message_id: str,
        thread: str | None = None,
        sender_name: str = "Yingke",
        attachments: Sequence[Attachment] = (),
    ) -> None:
        """Raises aiosmtplib.SMTPException or OSError when the server does not take it.

        `message_id` without brackets; mails with the same `thread` are shown together.
        """
        mail = EmailMessage()
        mail["From"] = formataddr((sender_name, self._sender))
        mail["To"] = to
        mail["Subject"] = subject
        mail["Date"] = formatdate()
        mail["Message-ID"] = f"<{message_id}>"
        if thread:
            mail["In-Reply-To"] = mail["References"] = f"<{thread}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        if html:
            mail.add_alternative(html, subtype="html")
        for each in attachments:
            maintype, _, subtype = each.mime.partition("/")
            mail.add_attachment(each.content, maintype=maintype, subtype=subtype, filename=each.name)
        if self._smtp is None:
            await asyncio.to_thread(self._keep, mail, message_id)
            return
        await aiosmtplib.send(
            mail,
            hostname=self._smtp.host,
            port=self._smtp.port,
            username=self._smtp.user or None,
            password=self._smtp.password or None,
            use_tls=self._smtp.tls == "implicit",
            start_tls=self._smtp.tls == "starttls",
            timeout=30,
        )

    def kept(self, message_id: str) -> Path:
        """Where a mail lies in the outbox folder, if it does."""
        name = "".join(c if c.isalnum() or c in "-._" else "_" for c in message_id)
        return self._outbox / f"{name}.eml"

    def _keep(self, mail: EmailMessage, message_id: str) -> None:
        self._outbox.mkdir(parents=True, exist_ok=True)
        self.kept(message_id).write_bytes(bytes(mail))
