"""Values that leave the program, through the HTTP API and in facts, from one definition.

msgspec encodes them on the hot path; FastAPI documents and validates them through pydantic.
"""

from typing import Any

import msgspec
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema
from typing_extensions import TypedDict, get_type_hints

JSON = msgspec.json.Encoder()


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """An immutable record. Subclasses are usable as FastAPI response types."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        shape: Any = TypedDict(cls.__name__, get_type_hints(cls, include_extras=True))  # type: ignore[misc]
        shape.__doc__ = cls.__doc__
        return core_schema.no_info_before_validator_function(_to_builtins, handler.generate_schema(shape))


def _to_builtins(value: Any) -> Any:
    return msgspec.to_builtins(value) if isinstance(value, msgspec.Struct) else value


def encode(value: Any) -> bytes:
    """`value` as UTF-8 JSON; times as RFC 3339 in UTC."""
    return JSON.encode(value)
