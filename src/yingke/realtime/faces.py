"""The public faces of agents, kept in memory: every push to a visitor says who answers."""

from uuid import UUID

from sqlalchemy import select

from yingke.agents import Agent, AgentChanged, PublicAgent, public_face
from yingke.kit.facts import Fact
from yingke.kit.work import Work


class Faces:
    """Agents of the workspaces that this process has visitors of. A few hundred bytes for each agent."""

    def __init__(self) -> None:
        self._known: dict[UUID, dict[UUID, PublicAgent]] = {}

    async def load(self, work: Work) -> None:
        """Have the faces of this work's workspace at hand."""
        if work.workspace_id not in self._known:
            rows = await work.all(select(Agent).where(Agent.workspace_id == work.workspace_id))
            self._known[work.workspace_id] = {row.id: public_face(row) for row in rows}

    def learn(self, fact: Fact) -> None:
        if isinstance(fact, AgentChanged) and fact.workspace_id in self._known:
            agent = fact.agent
            face = PublicAgent(
                id=agent.id, name=agent.nickname or agent.name, avatar_url=agent.avatar_url, title=agent.title
            )
            self._known[fact.workspace_id][agent.id] = face

    def of(self, workspace_id: UUID, agent_id: UUID | None) -> PublicAgent | None:
        return self._known.get(workspace_id, {}).get(agent_id) if agent_id else None
