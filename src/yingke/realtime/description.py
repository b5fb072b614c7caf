"""The socket protocol as JSON Schema, for clients in other languages; the pages' types are generated from it.

Frames from clients are described by what decodes them, frames from the server by what they are encoded from.
"""

from typing import Any, Literal, get_args

import msgspec
from pydantic import TypeAdapter
from typing_extensions import TypedDict

from yingke.conversations.values import HiddenMessage, MessageValue
from yingke.kit.facts import registry
from yingke.realtime import frames, server_frames, signals
from yingke.realtime.views import VISITORS_FACTS
from yingke.visits.live.watching import VisitorsFrame

SCHEMAS = "#/components/schemas/"

FROM_SERVER: tuple[type, ...] = (
    server_frames.AgentWelcome,
    server_frames.VisitorWelcome,
    server_frames.Reload,
    server_frames.Resync,
    server_frames.Bye,
    server_frames.Refused,
    server_frames.Ack,
    server_frames.PostedAck,
    server_frames.SubscribedAck,
    server_frames.HistoryAck,
    server_frames.DepartmentsAck,
    server_frames.IdentifiedAck,
    server_frames.SuggestionsAck,
    server_frames.Messages,
    server_frames.Heartbeat,
    VisitorsFrame,
    MessageValue,
    HiddenMessage,
)

ANSWERS = {
    "send": server_frames.PostedAck,
    "leave_message": server_frames.PostedAck,
    "subscribe": server_frames.SubscribedAck,
    "history": server_frames.HistoryAck,
    "identify": server_frames.IdentifiedAck,
    "departments": server_frames.DepartmentsAck,
    "robot_form": server_frames.PostedAck,
    "suggest": server_frames.SuggestionsAck,
    "watch_visitors": server_frames.WatchingAck,
}
"""What acknowledges an operation, where that is more than a bare `Ack`."""


def socket_document() -> dict[str, Any]:
    """An OpenAPI 3.1 document of components only. Facts are those that the program's imports have declared."""
    schemas = _from_server() | _from_clients()
    return {
        "openapi": "3.1.0",
        "info": {"title": "Yingke sockets", "version": "1"},
        "paths": {},
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _from_server() -> dict[str, Any]:
    by_name: tuple[Any, ...] = (
        _table("Answers", ANSWERS),
        _table("AgentFacts", registry),
        _table("VisitorFacts", dict.fromkeys(VISITORS_FACTS, server_frames.VisitorNews)),
        _table("AgentSignals", {each.name: each for each in signals.FOR_AGENTS}),
        _table("VisitorSignals", {each.name: each for each in signals.FOR_VISITORS}),
    )
    inputs: list[tuple[type, Literal["validation"], TypeAdapter[Any]]] = [
        (each, "validation", TypeAdapter(each)) for each in (*FROM_SERVER, *by_name)
    ]
    tops, described = TypeAdapter.json_schemas(inputs, ref_template=SCHEMAS + "{model}")
    missing = {each.__name__: tops[each, "validation"] for each, _, _ in inputs}
    return missing | dict(described["$defs"])


def _from_clients() -> dict[str, Any]:
    """Frames are named `Sent…`; `VisitorRequests` and `AgentRequests` have them by what `op` says."""
    schemas: dict[str, Any] = {}
    for side, hello, later in (
        ("Visitor", frames.VisitorHello, frames.VisitorFrame),
        ("Agent", frames.AgentHello, frames.AgentFrame),
    ):
        shapes = {"hello": hello} | {shape.__struct_config__.tag: shape for shape in get_args(later)}
        tops, described = msgspec.json.schema_components(shapes.values(), ref_template=SCHEMAS + "Sent{name}")
        schemas |= {f"Sent{name}": schema for name, schema in described.items()}
        properties = dict(zip(shapes, tops, strict=True))
        schemas[f"{side}Requests"] = {"type": "object", "properties": properties, "required": list(shapes)}
    return schemas


def _table(name: str, shapes: Any) -> Any:
    return TypedDict(name, dict(sorted(shapes.items())))  # type: ignore[operator]
