"""The session as the desk opens with it."""

from typing import TYPE_CHECKING

from yingke import __version__
from yingke.agents.queries import agent_values_everywhere
from yingke.agents.values import ServerFace, SessionValue
from yingke.identity import PERMISSIONS, Actor, SignedIn, actor_of_member, login_of, workspace_value, workspaces_of
from yingke.kit.installation import epoch
from yingke.kit.work import Work

if TYPE_CHECKING:
    from yingke.wiring import Services


async def session_value(work: Work, services: "Services", actor: Actor) -> SessionValue:
    """For a work of every workspace: a person sees the names of all theirs. Raises Missing."""
    login = await login_of(work, actor.workspace_id, actor.agent_id)
    agents = await agent_values_everywhere(work, [actor.agent_id])
    return SessionValue(
        agent=next(agent for workspace_id, agent in agents if workspace_id == actor.workspace_id),
        workspace=await workspace_value(work, actor.workspace_id),
        permissions=[permission for permission in PERMISSIONS if actor.may(permission)],
        totp_enabled=login.totp_secret is not None,
        workspaces=await workspaces_of(work, login.id),
        server=ServerFace(
            version=__version__,
            epoch=await epoch(work),
            mail="smtp" if services.mailer.kind == "smtp" else "outbox",
            public_url=services.settings.public_url,
        ),
    )


async def session_of_new(work: Work, services: "Services", signed_in: SignedIn) -> SessionValue:
    """The same for somebody who was signed in just now."""
    actor = await actor_of_member(work, signed_in.workspace_id, signed_in.agent_id)
    return await session_value(work, services, actor)
