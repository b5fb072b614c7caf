"""Who gets a waiting conversation.

Decisions are pure (`strategies`); the verb here locks what waits, lets a strategy choose and gives the conversation
away. Simple and right for now: the longest waiting goes to the least loaded available agent of its team under capacity.
"""

from yingke.routing.serving import Service, service_of

__all__ = ["Service", "service_of"]
