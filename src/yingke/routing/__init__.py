"""Who gets a waiting conversation.

A decision is pure (`choosing`) and keeps why (`RoutingDecision`). What is always true: of everybody who waits there is a
place, made from what was told of the conversation, and a timer finds who has none; places stand in lanes, so that a
decision never reads the queue; what time brings is written on the place (`due_at`), so that no message asks for it; an
agent who is silent, leaves or is lost gives back what he holds, and a team that is deleted leaves its queue to everybody.
"""

from yingke.routing.departments import Department, departments_now
from yingke.routing.serving import Service, agents_there, service_of

__all__ = ["Department", "Service", "agents_there", "departments_now", "service_of"]
