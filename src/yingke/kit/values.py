"""Values that leave the program, through the HTTP API, in facts and in frames of a socket, from one definition.

msgspec encodes them on the hot path; FastAPI documents and validates them through pydantic.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, NotRequired, Union, get_args

import msgspec
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema
from typing_extensions import TypedDict, get_type_hints

JSON = msgspec.json.Encoder()


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """An immutable record. Subclasses are usable as FastAPI response types.

    Every field is told, also one that has its default. One that may be missing is `X | UnsetType = UNSET`.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_to_builtins, handler.generate_schema(_shape(cls)))


@dataclass(frozen=True, slots=True)
class DescribedAs:
    """What a field holds, for the API's description, where its Python type says less: `Annotated[dict[str, Any], …]`."""

    shape: Any

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(
            lambda value, _: value,
            handler.generate_schema(self.shape),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value),
        )


@cache
def _shape(cls: type[Value]) -> Any:
    """The same one each time, or every use of `cls` would be a definition of its own."""
    hints = get_type_hints(cls, include_extras=True)
    told = {field.encode_name: _told(hints[field.name]) for field in msgspec.structs.fields(cls)}
    shape: Any = TypedDict(cls.__name__, told)  # type: ignore[misc]
    shape.__doc__, shape.__module__ = cls.__doc__, cls.__module__
    return shape


def _told(hint: Any) -> Any:
    parts = get_args(hint)
    if msgspec.UnsetType not in parts:
        return hint
    return NotRequired[Union[tuple(part for part in parts if part is not msgspec.UnsetType)]]  # noqa: UP007


def _to_builtins(value: Any) -> Any:
    return msgspec.to_builtins(value) if isinstance(value, msgspec.Struct) else value


def encode(value: Any) -> bytes:
    """`value` as UTF-8 JSON; times as RFC 3339 in UTC."""
    return JSON.encode(value)
