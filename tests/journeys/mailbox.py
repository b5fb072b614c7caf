"""The folder that stands for a mail server."""

import asyncio
import email.policy
from email.message import EmailMessage
from pathlib import Path


async def mail_to(outbox: Path, address: str, saying: str = "") -> EmailMessage:
    """The newest mail to `address` with `saying` in its text, as soon as there is one."""
    for _ in range(150):
        for path in sorted(outbox.rglob("*.eml"), key=lambda each: each.stat().st_mtime, reverse=True):
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            assert isinstance(mail, EmailMessage)
            text = mail.get_body(("plain",))
            if mail["To"] == address and text and saying in text.get_content():
                return mail
        await asyncio.sleep(0.1)
    raise TimeoutError("no mail")
