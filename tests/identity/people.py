"""Steps that tests of sign-in share."""

import re
from email import message_from_bytes, policy

import httpx

from yingke.agents.founding import found_company
from yingke.identity.actors import Actor, Role
from yingke.identity.passwords import hashed
from yingke.identity.workspaces import make_login
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.wiring import Services

PASSWORD = "松树下的迎客石阶 72"
_kept: list[str] = []
"""Its hash, made once: hashing is slow on purpose."""


def fresh_email() -> str:
    return f"{new_id().hex}@example.com"


async def founded(ground: Ground, email: str, name: str = "王芳") -> Actor:
    """An owner with a password, in a workspace of their own."""
    if not _kept:
        _kept.append(await hashed(PASSWORD))
    async with ground.work_everywhere() as work:
        login = await make_login(work, email, _kept[0])
        agent_id = await found_company(
            work, login, workspace_name=f"商店 {new_id()}", owner_name=name, time_zone="Asia/Shanghai", locale="zh-CN"
        )
        return Actor(work.workspace_id, agent_id, Role.owner, sees_all=True)


async def signing_in(http: httpx.AsyncClient, email: str, password: str = PASSWORD, **more: str) -> httpx.Response:
    return await http.post("/api/v1/session", json={"email": email, "password": password, **more})


def mails_to(services: Services, address: str) -> list[tuple[str, str]]:
    """(subject, text) of the mails in the outbox folder, oldest first."""
    found = []
    for path in sorted((services.settings.data / "outbox").glob("*.eml"), key=lambda each: each.stat().st_mtime_ns):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        if mail["To"] == address:
            body = mail.get_body(("plain",))
            assert body is not None
            found.append((str(mail["Subject"]), body.get_content()))
    return found


def token_in(text: str) -> str:
    match = re.search(r"/desk/(?:reset|invitation)#([\w-]+)", text)
    assert match, text
    return match[1]
