"""One request as the audit log tells it."""

import re
from typing import Any, Final

import msgspec
from fastapi import Request, Response

from yingke.audit import Act, Observed, record
from yingke.audit.differences import plain
from yingke.identity.four_eyes import Deed
from yingke.kit.work import Work

_DONE: Final = {"POST": "made", "PUT": "changed", "PATCH": "changed", "DELETE": "removed", "GET": "read"}
_SAID: Final = frozenset({"text", "note"})
"""What is said to people in passing. The log outlives conversations, and is no copy of them."""
_PARAMETER = re.compile(r"\{(\w+)\}")
_PREFIX = "/api/v1/"


class Watched:
    """What a request's work changes, until it is written down."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._observed = Observed(work)

    async def write_down(self, request: Request, response: Response) -> None:
        """Raises nothing of its own: what was refused is not done, and not told."""
        await self._work.flush()
        path = request.scope["route"].path
        subject = _subject(request, path, response)
        details: dict[str, Any] = {"rows": self._observed.rows}
        if self._observed.more:
            details["more"] = self._observed.more
        if not self._observed.rows and (asked := await _asked(request)):
            details["asked"] = asked
        what = act_name(request.method, path)
        act = Act(what=what, subject_id=subject, subject_name=self._observed.name_of(subject), details=details)
        record(self._work, act)


def act_name(method: str, path: str) -> str:
    """`/api/v1/agents/{agent_id}/skills` that is PUT is `agents.skills.changed`: what the desk has words for."""
    literal = [_PARAMETER.sub("", part).rstrip(".") for part in path.removeprefix(_PREFIX).split("/")]
    return ".".join([*filter(None, literal), _DONE[method]])


def deed_of(request: Request) -> Deed:
    """What is asked for, as a second person approves it."""
    path = request.scope["route"].path
    return Deed(act_name(request.method, path), _named(request, path), request.url.query)


def _named(request: Request, path: str) -> str:
    """The id that the address names first, if it names one."""
    found = _PARAMETER.search(path)
    return str(request.path_params[found[1]]) if found else ""


def _subject(request: Request, path: str, response: Response) -> str:
    """The id that the address names first; of what was made, the id in the answer."""
    if named := _named(request, path):
        return named
    answer = _document(getattr(response, "body", b""))
    return str(answer.get("id", ""))


async def _asked(request: Request) -> dict[str, Any]:
    """Without secrets. A form was streamed while it was read: it is not told."""
    if request.headers.get("content-type", "").startswith("multipart/"):
        return {}
    asked = {key: plain(each) for key, each in request.query_params.items()}
    asked |= plain(_document(await request.body()))
    return {key: each for key, each in asked.items() if key not in _SAID}


def _document(raw: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(raw) if raw else {}
    except msgspec.MsgspecError:
        return {}
    return found if isinstance(found, dict) else {}
