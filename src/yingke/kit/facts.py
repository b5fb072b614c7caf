"""Facts: what a verb announces after it changed something.

A fact is a value with a wire name in the past tense (`message.posted`). It is stored in the outbox by the transaction
that made it true. The registry turns stored facts back into values; a name is given once.
"""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import msgspec

from yingke.kit.values import Value, encode


class Fact(Value, frozen=True, kw_only=True):
    """Base of all facts. Subclasses are declared with `@fact("thing.happened")`."""

    name: ClassVar[str] = ""
    workspace_id: UUID

    @property
    def site_ids(self) -> Sequence[UUID] | None:
        """The sites it tells of, where it tells of nothing else: who is limited to others is not shown it."""
        return None

    def joined_by(self, later: "Fact") -> "Fact | None":
        """Both in one, where `later`, told next by the same transaction, says the same of more; else None."""
        return None


F = TypeVar("F", bound=type[Fact])

registry: dict[str, type[Fact]] = {}


def fact(name: str) -> Callable[[F], F]:
    def register(cls: F) -> F:
        if name in registry:
            raise ValueError(f"two facts are named {name}")
        cls.name = name
        registry[name] = cls
        return cls

    return register


def encode_fact(told: Fact) -> bytes:
    return encode(told)


def decode_fact(name: str, payload: bytes | str) -> Fact:
    """The fact as it was told. Raises KeyError for a name no release of this program knows."""
    return msgspec.json.decode(payload, type=registry[name])


def fact_schema() -> dict[str, Any]:
    """JSON Schema components of all facts by wire name, for clients in other languages."""
    names = sorted(registry)
    schemas, components = msgspec.json.schema_components([registry[n] for n in names], ref_template="#/$defs/{name}")
    return {"facts": dict(zip(names, schemas, strict=True)), "$defs": components}
