"""Keys for programs. A key acts as the agent who made it, within its scopes; it is shown once."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from yingke.identity.actors import Actor
from yingke.identity.authentication import KEY_PREFIX
from yingke.identity.models import ApiKey
from yingke.identity.tokens import new_token, token_hash
from yingke.identity.values import ApiKeyValue, Scope
from yingke.kit.ids import new_id
from yingke.kit.work import Work

_SHOWN = len(KEY_PREFIX) + 6


async def make_api_key(work: Work, actor: Actor, name: str, scopes: Sequence[Scope]) -> ApiKeyValue:
    secret = new_token(KEY_PREFIX)
    key = ApiKey(
        id=new_id(),
        agent_id=actor.agent_id,
        name=name,
        prefix=secret[:_SHOWN],
        secret_hash=token_hash(secret),
        scopes=sorted(set(scopes)),
        created_at=work.now,
    )
    work.add(key)
    return _value(key, secret=secret)


async def api_keys(work: Work) -> list[ApiKeyValue]:
    """The newest first."""
    rows = await work.all(select(ApiKey).where(ApiKey.workspace_id == work.workspace_id).order_by(ApiKey.id.desc()))
    return [_value(row) for row in rows]


async def delete_api_key(work: Work, id: UUID) -> None:
    """It stops working at once. Raises Missing."""
    await work.rows.delete(await work.get(ApiKey, id))


def _value(row: ApiKey, *, secret: str | None = None) -> ApiKeyValue:
    return ApiKeyValue(
        id=row.id,
        name=row.name,
        prefix=row.prefix,
        scopes=row.scopes,  # type: ignore[arg-type]  # only scopes are ever written
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        secret=secret,
    )
