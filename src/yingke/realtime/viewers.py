"""Who of the desk has a conversation open, in all processes together: shown to those who have it open too."""

import asyncio
import time
from collections import defaultdict
from uuid import UUID

from yingke.kit.bus import Bus
from yingke.realtime.hub import Hub
from yingke.realtime.signals import Viewing

CHANNEL = "yingke_viewing"
REPEAT_EVERY = 20.0
BELIEVED_FOR = 45.0
"""Seconds; a process that died does not take back what it said."""

Told = tuple[float, frozenset[UUID]]
"""When another process said it, and whom it named."""


class Viewers:
    def __init__(self, hub: Hub, bus: Bus, process: str) -> None:
        self._hub = hub
        self._bus = bus
        self._process = process
        self._others: defaultdict[UUID, dict[str, Told]] = defaultdict(dict)
        bus.subscribe(CHANNEL, self._received)

    def changed(self, workspace_id: UUID, conversation_id: UUID) -> None:
        """Somebody here opened or left the conversation; the other processes are told, and say whom they have."""
        self._say(workspace_id, conversation_id, "asks")
        self._show(workspace_id, conversation_id)

    async def run(self) -> None:
        """Until cancelled: repeat what is still true, forget what others do not repeat."""
        while True:
            await asyncio.sleep(REPEAT_EVERY)
            for workspace_id, conversation_id in {
                (workspace_id, agent.viewing)
                for workspace_id, agents in self._hub.agents.items()
                for agent in agents
                if agent.viewing
            }:
                self._say(workspace_id, conversation_id, "says")
            self._forget()

    def _say(self, workspace_id: UUID, conversation_id: UUID, how: str) -> None:
        named = ",".join(sorted(each.hex for each in self._here(workspace_id, conversation_id))[:200])
        self._bus.publish(CHANNEL, f"{self._process} {how} {workspace_id.hex} {conversation_id.hex} {named}")

    def _received(self, payload: str) -> None:
        process, how, workspace, conversation, named = payload.split(" ")
        if process == self._process:
            return
        workspace_id, conversation_id = UUID(workspace), UUID(conversation)
        told = frozenset(UUID(each) for each in named.split(",") if each)
        if told:
            self._others[conversation_id][process] = (time.monotonic(), told)
        else:
            self._others[conversation_id].pop(process, None)
        if how == "asks" and self._here(workspace_id, conversation_id):
            self._say(workspace_id, conversation_id, "says")
        self._show(workspace_id, conversation_id)

    def _show(self, workspace_id: UUID, conversation_id: UUID) -> None:
        others = [told for _, told in self._others.get(conversation_id, {}).values()]
        everybody = self._here(workspace_id, conversation_id).union(*others)
        self._hub.show_agents_watching(
            conversation_id, Viewing(conversation=conversation_id, agent_ids=sorted(everybody))
        )

    def _here(self, workspace_id: UUID, conversation_id: UUID) -> frozenset[UUID]:
        agents = self._hub.agents.get(workspace_id, ())
        return frozenset(each.actor.agent_id for each in agents if each.viewing == conversation_id)

    def _forget(self) -> None:
        long_ago = time.monotonic() - BELIEVED_FOR
        for conversation_id, told in list(self._others.items()):
            for process, (at, _) in list(told.items()):
                if at < long_ago:
                    del told[process]
            if not told:
                del self._others[conversation_id]
