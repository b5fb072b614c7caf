"""The door of every HTTP route: who calls, whether they may, and the one transaction of the request.

    router = APIRouter(route_class=WorkRoute)

    @router.post("/tags")
    async def create(body: NewTag, call: Annotated[Call, allowed("tags.manage")]) -> TagValue: ...

The work is opened after the body was read (a slow upload holds no connection) and committed before the answer leaves.
A repeated `Idempotency-Key` gets the first answer again. A route whose parts must not share one transaction takes `Steps`.

What changes the workspace by an administrative permission is written into the audit log here, for every route there is
and will be: what was asked, and what the work changed in the rows. Steps write down what they do themselves.
"""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from fastapi import Depends, Request, Response
from fastapi.dependencies.models import Dependant

from yingke.identity.actors import Actor
from yingke.identity.authentication import COOKIE, KEY_PREFIX, actor_of
from yingke.identity.browsers import browser_of
from yingke.identity.four_eyes import use_approval
from yingke.identity.models import IdempotencyKey
from yingke.identity.policy import PERMISSIONS, WRITTEN_DOWN
from yingke.identity.site_limits import require_within_sites
from yingke.identity.writing_down import Watched, deed_of
from yingke.kit.errors import Conflict, Forbidden, Invalid
from yingke.kit.http import LazyRoute
from yingke.kit.origins import Origin, Via
from yingke.kit.values import Value, encode
from yingke.kit.work import Ground, Work

if TYPE_CHECKING:
    from yingke.wiring import Services

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LONGEST_KEPT = 256 * 1024


@dataclass(slots=True)
class Call:
    """One request of an agent: its work, who acts, and the request itself."""

    work: Work
    actor: Actor
    request: Request

    @property
    def services(self) -> "Services":
        return self.request.app.state.services  # type: ignore[no-any-return]

    def keep_answer_without_secret(self, answer: Value) -> None:
        """What a repeated Idempotency-Key gets: the same, but a secret is shown once and stored never."""
        self.request.state.kept_answer = encode(answer)


@dataclass(slots=True)
class PublicCall:
    """One request of nobody in particular, in a work of every workspace."""

    work: Work
    request: Request

    @property
    def services(self) -> "Services":
        return self.request.app.state.services  # type: ignore[no-any-return]


@dataclass(slots=True)
class Steps:
    """One request that takes several works of its own.

    For what must stay counted although the rest is refused (attempts at a password), and for slow parts during which
    no connection may be held (hashing). `actor` is there when the route needs a signed-in agent.
    """

    ground: Ground
    request: Request
    signed_in: Actor | None

    @property
    def actor(self) -> Actor:
        assert self.signed_in is not None, "a public route has no actor"
        return self.signed_in

    @property
    def services(self) -> "Services":
        return self.request.app.state.services  # type: ignore[no-any-return]


class KeyReused(Conflict):
    code = "idempotency_key_reused"
    detail = "This Idempotency-Key was used with a different request. Use a new key for a new request."


class ForeignOrigin(Forbidden):
    code = "foreign_origin"
    detail = "This request comes from another web site and was refused."


class _Answered(Exception):
    def __init__(self, response: Response) -> None:
        self.response = response


class WorkRoute(LazyRoute):
    """Closes the work that a dependency opened, around the whole handling of one request."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_in_work(request: Request) -> Response:
            try:
                async with AsyncExitStack() as stack:
                    request.state.stack = stack
                    response = await handle(request)
                    if response.status_code < 400 and (watched := getattr(request.state, "watched", None)):
                        await watched.write_down(request, response)
                    await _keep_answer(request, response)
            except _Answered as answered:
                return answered.response
            return response

        return handle_in_work


def allowed(permission: str, *, written_down: bool | None = None, four_eyes: bool = False) -> Any:
    """Dependency: the `Call` of an agent who has `permission`. Raises NotSignedIn, Forbidden, ForeignOrigin.

    `written_down`: whether the audit log tells it; by default, when it is no reading and the permission is such.
    `four_eyes`: where the workspace asks for it, an approval is used up, or it raises ApprovalNeeded.
    """
    assert permission in PERMISSIONS, permission

    async def open_call(request: Request) -> Call:
        ground: Ground = request.app.state.ground
        work = await request.state.stack.enter_async_context(ground.work_everywhere())
        actor = await _recognise(work, request)
        work.origin = origin_of(request, actor)
        actor.require(permission)
        await work.narrow(actor.workspace_id)
        await _require_within_sites(work, actor, request)
        call = Call(work, actor, request)
        await _answer_again(call)
        if four_eyes:
            await use_approval(work, actor, deed_of(request))
        watching = permission in WRITTEN_DOWN and request.method not in _SAFE if written_down is None else written_down
        if watching:
            request.state.watched = Watched(work)
        return call

    open_call.permission = permission  # type: ignore[attr-defined]
    open_call.four_eyes = four_eyes  # type: ignore[attr-defined]
    open_call.written_down = permission in WRITTEN_DOWN if written_down is None else written_down  # type: ignore[attr-defined]
    return Depends(open_call)


def public() -> Any:
    """Dependency: the `PublicCall` of a route that anybody may call (sign-in, set-up, links from mails)."""

    async def open_call(request: Request) -> PublicCall:
        refuse_foreign_origin(request)
        ground: Ground = request.app.state.ground
        ground = ground.on_behalf_of(origin_of(request))
        return PublicCall(await request.state.stack.enter_async_context(ground.work_everywhere()), request)

    open_call.permission = "public"  # type: ignore[attr-defined]
    return Depends(open_call)


def in_steps(permission: str) -> Any:
    """Dependency: the `Steps` of an agent who has `permission`, or of anybody when that is "public"."""
    assert permission == "public" or permission in PERMISSIONS, permission

    async def open_steps(request: Request) -> Steps:
        ground: Ground = request.app.state.ground
        if permission == "public":
            refuse_foreign_origin(request)
            return Steps(ground.on_behalf_of(origin_of(request)), request, None)
        async with ground.work_everywhere() as work:
            actor = await _recognise(work, request)
            await _require_within_sites(work, actor, request)
        actor.require(permission)
        return Steps(ground.on_behalf_of(origin_of(request, actor)), request, actor)

    open_steps.permission = permission  # type: ignore[attr-defined]
    return Depends(open_steps)


def permissions_of(dependant: Dependant) -> Iterator[str]:
    """What the doors of a route ask for: a permission, "public", or "visitor" where a visitor's token is."""
    for each in dependant.dependencies:
        if permission := getattr(each.call, "permission", None):
            yield permission
        yield from permissions_of(each)


async def _recognise(work: Work, request: Request) -> Actor:
    api_key = _bearer(request)
    if not api_key:
        refuse_foreign_origin(request)
    return await actor_of(work, session_token=request.cookies.get(COOKIE), api_key=api_key)


async def _require_within_sites(work: Work, actor: Actor, request: Request) -> None:
    await require_within_sites(work, actor, request.path_params, request.query_params.get("site_id"))


def origin_of(request: Request, actor: Actor | None = None) -> Origin:
    """Who is at the door, as the audit log tells it."""
    via: Via = "key" if actor is not None and actor.scopes is not None else "browser"
    return Origin(via, actor.agent_id if actor else None, browser_of(request).address)


def refuse_foreign_origin(request: Request) -> None:
    """A browser says where a request comes from; a page of another site may not act with our cookie."""
    if request.method in _SAFE:
        return
    origin = request.headers.get("origin")
    own = {
        request.app.state.services.settings.public_url,
        f"{request.url.scheme}://{request.headers.get('host', '')}",
    }
    if (origin and origin not in own) or request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        raise ForeignOrigin


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip().startswith(KEY_PREFIX) else None


async def _answer_again(call: Call) -> None:
    request = call.request
    key = request.headers.get("idempotency-key")
    if not key or request.method in _SAFE:
        return
    if len(key) > 200:
        raise Invalid("An Idempotency-Key has at most 200 characters.", field="Idempotency-Key")
    # A form was streamed to disk while it was read; it is told apart by its address and length only.
    form = request.headers.get("content-type", "").startswith("multipart/")
    content = request.headers.get("content-length", "").encode() if form else await request.body()
    asked = sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode() + content).digest()
    # Two requests with one key at once: the second waits here until the first has committed.
    connection = await call.work.raw()
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"{call.actor.agent_id} {key}")
    kept = await call.work.rows.get(IdempotencyKey, (call.actor.workspace_id, call.actor.agent_id, key))
    if kept is None:
        request.state.idempotency = (call, key, asked)
        return
    if kept.request_hash != asked:
        raise KeyReused
    media = "application/json" if kept.body else None
    raise _Answered(
        Response(kept.body or None, kept.status, media_type=media, headers={"Idempotency-Replayed": "true"})
    )


async def _keep_answer(request: Request, response: Response) -> None:
    pending = getattr(request.state, "idempotency", None)
    body = getattr(request.state, "kept_answer", None) or bytes(getattr(response, "body", b""))
    if pending is None or response.status_code >= 400 or len(body) > _LONGEST_KEPT:
        return
    call, key, asked = pending
    call.work.add(
        IdempotencyKey(
            agent_id=call.actor.agent_id,
            key=key,
            request_hash=asked,
            status=response.status_code,
            body=body,
            created_at=call.work.now,
        )
    )
