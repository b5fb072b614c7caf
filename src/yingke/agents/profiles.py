"""What an agent is called, how they look to visitors, and how their desk behaves."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from yingke.agents.models import Agent
from yingke.agents.presence import tell_agent_changed
from yingke.agents.queries import agent_value
from yingke.agents.values import AgentValue
from yingke.kit.text import Name, RequiredName
from yingke.kit.work import Work

LanguageTag = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$")]
Shortcut = Annotated[str, StringConstraints(max_length=60)]


class Profile(BaseModel):
    """Given fields replace what is kept; the others stay."""

    model_config = ConfigDict(extra="forbid")

    name: RequiredName | None = None
    nickname: Name | None = None
    title: Name | None = None
    languages: Annotated[list[LanguageTag], Field(max_length=20)] | None = None


class Preferences(BaseModel):
    """How one agent's desk behaves, on every device of theirs."""

    model_config = ConfigDict(extra="forbid")

    enter_sends: bool | None = None
    sounds: bool | None = None
    desktop_notifications: bool | None = None
    theme: Literal["auto", "light", "dark"] | None = None
    language: Literal["zh-CN", "en"] | None = None
    shortcuts: Annotated[dict[Shortcut, Shortcut], Field(max_length=100)] | None = None
    """Command name → key combination, only where it differs from the default."""


async def change_profile(work: Work, agent_id: UUID, profile: Profile) -> AgentValue:
    """Raises Missing."""
    agent = await work.get(Agent, agent_id, lock=True)
    changes = profile.model_dump(include=set(Profile.model_fields), exclude_none=True)
    changed = {field: value for field, value in changes.items() if getattr(agent, field) != value}
    for field, value in changed.items():
        setattr(agent, field, value)
    if changed:
        await tell_agent_changed(work, agent_id)
    return await agent_value(work, agent_id)


async def set_avatar(work: Work, agent_id: UUID, file_id: UUID | None) -> AgentValue:
    """`file_id` is that of a public image. Raises Missing."""
    agent = await work.get(Agent, agent_id, lock=True)
    agent.avatar_file_id = file_id
    await tell_agent_changed(work, agent_id)
    return await agent_value(work, agent_id)


async def preferences_of(work: Work, agent_id: UUID) -> Preferences:
    """Raises Missing."""
    return Preferences.model_validate((await work.get(Agent, agent_id)).preferences)


async def change_preferences(work: Work, agent_id: UUID, change: Preferences) -> None:
    """Given ones replace what is kept. Nobody else sees them, so nobody is told. Raises Missing."""
    agent = await work.get(Agent, agent_id, lock=True)
    agent.preferences = agent.preferences | change.model_dump(exclude_unset=True, exclude_none=True)
