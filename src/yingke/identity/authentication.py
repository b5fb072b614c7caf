"""From a cookie or a key to an actor."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from yingke.identity.actors import Actor, Role
from yingke.identity.policy import PERMISSIONS, SCOPES
from yingke.identity.tokens import token_hash
from yingke.kit.errors import Kind, Refusal
from yingke.kit.work import Work

COOKIE = "yingke_session"
KEY_PREFIX = "yk_"
SESSION_LENGTH = timedelta(days=30)


class NotSignedIn(Refusal):
    kind, code, detail = Kind.unauthenticated, "not_signed_in", "Please sign in."


_ACTOR = """
SELECT m.workspace_id, m.id AS agent_id, m.role, m.only_team_ids, m.only_site_ids, r.permissions AS granted, {columns},
       coalesce(w.settings->>'visible_to_agents', 'teams') = 'all' AS sees_all,
       (SELECT array_agg(t.team_id) FROM team_members t WHERE t.workspace_id = m.workspace_id AND t.agent_id = m.id) AS team_ids
FROM {source} JOIN memberships m ON m.workspace_id = s.workspace_id AND m.id = s.agent_id AND m.disabled_at IS NULL
JOIN workspaces w ON w.id = m.workspace_id
LEFT JOIN custom_roles r ON r.workspace_id = m.workspace_id AND r.id = m.role_id
WHERE {condition}
"""
_BY_SESSION = text(
    _ACTOR.format(
        columns="s.id AS session_id, NULL::jsonb AS scopes, s.last_seen_at",
        source="login_sessions s",
        condition="s.token_hash = :hash AND s.expires_at > :now",
    )
)
_BY_KEY = text(
    _ACTOR.format(
        columns="s.id AS session_id, s.scopes, s.last_used_at AS last_seen_at",
        source="api_keys s",
        condition="s.secret_hash = :hash",
    )
)
_BY_MEMBERSHIP = text(
    _ACTOR.format(
        columns="NULL::uuid AS session_id, NULL::jsonb AS scopes, NULL::timestamptz AS last_seen_at",
        source="(SELECT CAST(:workspace AS uuid) AS workspace_id, CAST(:agent AS uuid) AS agent_id) s",
        condition="true",
    )
)
_SEEN_SESSION = text("UPDATE login_sessions SET last_seen_at = :now, expires_at = :until WHERE id = :id")
_SEEN_KEY = text("UPDATE api_keys SET last_used_at = :now WHERE workspace_id = :workspace AND id = :id")
_SEEN_EVERY = timedelta(minutes=5)


async def actor_of(work: Work, *, session_token: str | None, api_key: str | None) -> Actor:
    """The actor that the token or key stands for, in a work of every workspace. Raises NotSignedIn."""
    token = api_key or session_token
    if not token:
        raise NotSignedIn
    row = (
        (await work.rows.execute(_BY_KEY if api_key else _BY_SESSION, {"hash": token_hash(token), "now": work.now}))
        .mappings()
        .first()
    )
    if row is None:
        raise NotSignedIn
    if row["last_seen_at"] is None or work.now - row["last_seen_at"] > _SEEN_EVERY:
        await _note_seen(work, row, key=bool(api_key))
    actor = _actor(row)
    if not api_key:
        return replace(actor, session_id=row["session_id"])
    return replace(actor, scopes=frozenset().union(*(SCOPES.get(s, frozenset()) for s in row["scopes"])))


async def actor_of_member(work: Work, workspace_id: UUID, agent_id: UUID) -> Actor:
    """Somebody who has just come in. For a work of every workspace. Raises NotSignedIn."""
    bound = {"workspace": workspace_id, "agent": agent_id}
    row = (await work.rows.execute(_BY_MEMBERSHIP, bound)).mappings().first()
    if row is None:
        raise NotSignedIn
    return _actor(row)


def _actor(row: Any) -> Actor:
    only = _ids(row["only_team_ids"])
    actor = Actor(
        workspace_id=row["workspace_id"],
        agent_id=row["agent_id"],
        role=Role[row["role"]],
        team_ids=frozenset[UUID](row["team_ids"] or ()) | (only or frozenset()),
        granted=None if row["granted"] is None else frozenset(row["granted"]) & PERMISSIONS.keys(),
        only_team_ids=only,
        only_site_ids=_ids(row["only_site_ids"]),
    )
    return replace(actor, sees_all=actor.sees_all_when(shared=row["sees_all"]))


def _ids(limit: list[str] | None) -> frozenset[UUID] | None:
    return None if limit is None else frozenset(map(UUID, limit))


async def _note_seen(work: Work, row: Any, *, key: bool) -> None:
    if key:
        await work.rows.execute(_SEEN_KEY, {"now": work.now, "workspace": row["workspace_id"], "id": row["session_id"]})
    else:
        await work.rows.execute(
            _SEEN_SESSION, {"now": work.now, "until": work.now + SESSION_LENGTH, "id": row["session_id"]}
        )
