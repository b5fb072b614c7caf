"""Steps that the tests of the protocol share."""

from typing import Any

from tests.contracts.timelines import Timeline
from tests.realtime.conftest import Client, Shop
from yingke.kit.ids import new_id

Frame = dict[str, Any]


def op(name: str, **fields: Any) -> Any:
    """Whether a frame has this `op` and these fields."""
    return lambda frame: frame.get("op") == name and all(frame.get(key) == value for key, value in fields.items())


async def say(client: Client, text: str, conversation: str | None = None, **fields: Any) -> Frame:
    """Send one message; what answers it."""
    given = {"client_id": new_id(), "conversation": conversation, "text": text} | fields
    return await client.ask("send", **given)


async def begin(shop: Shop, text: str = "在吗？") -> tuple[Client, Frame, Frame]:
    """A visitor who wrote once: the socket, its welcome and the ack."""
    visitor, welcome = await shop.visitor()
    ack = await say(visitor, text)
    assert ack["op"] == "ack", ack
    return visitor, welcome, ack


async def talk(shop: Shop) -> tuple[Client, Client, str]:
    """A visitor and the agent who has the conversation: (visitor, desk, conversation)."""
    desk = await shop.desk()
    visitor, _, ack = await begin(shop)
    mine = str(shop.agent.agent_id)
    await desk.fact(
        "conversation.changed",
        lambda d: d["conversation"]["id"] == ack["conversation"] and d["conversation"]["agent_id"] == mine,
    )
    return visitor, desk, ack["conversation"]


async def return_with(shop: Shop, token: str, **hello: Any) -> tuple[Client, Frame]:
    """The same browser on a new socket."""
    client = await shop._connect("visitor", shop.server.url)
    await client.send(op="hello", v=1, site=shop.site.key, token=token, **hello)
    return client, await client.wait_for(op("welcome"))


async def history(client: Client, conversation: str, after_seq: int = 0) -> list[Frame]:
    """Everything after `after_seq`, page by page, as the protocol says a client asks for it."""
    timeline = Timeline(conversation, after_seq)
    while True:
        known = len(client.frames)
        await client.ask("subscribe", conversation=conversation, after_seq=timeline.head)
        page = await newest(client, known, op("messages", conversation=conversation))
        timeline.take(page)
        if not page["more"]:
            return timeline.places


async def newest(client: Client, known: int, wanted: Any) -> Frame:
    """Like `wait_for`, among the frames that came after the first `known`."""
    seen = {id(frame) for frame in client.frames[:known]}
    return await client.wait_for(lambda frame: id(frame) not in seen and wanted(frame))
