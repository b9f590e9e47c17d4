"""What all tables of keys have in common."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field
from pydantic.fields import FieldInfo

from bridge.mapping.schema.key_kinds import NAME
from bridge.mapping.schema.kinds import EXPRESSION, SWITCH, TIME, number

Time = Annotated[float, TIME]
MaybeTime = Annotated[float | None, TIME]
Switch = Annotated[bool, SWITCH]
Rate = Annotated[float | None, number(0.1, 1000, "a number of times a second, from 0.1 to 1000")]
Unit = Annotated[float, number(0, 1, "a number from 0 to 1")]
MaybeUnit = Annotated[float | None, number(0, 1, "a number from 0 to 1")]
Name = Annotated[str, NAME]
Expression = Annotated[str, EXPRESSION]


class Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


def key(default: Any, description: str, example: str, alias: str | None = None) -> Any:
    """A key that may be left out; `example` is its value as YAML."""
    return Field(default, description=description, examples=[example], alias=alias)


def needed(description: str, example: str, alias: str | None = None) -> Any:
    return Field(description=description, examples=[example], alias=alias)


def keys_of(table: type[BaseModel]) -> dict[str, FieldInfo]:
    """A table's keys as they are written in a file."""
    return {field.alias or name: field for name, field in table.model_fields.items()}


def by_shape(table: str, scalar: str) -> Discriminator:
    """Chooses by the value's shape alone, so that an error speaks of what was meant."""
    return Discriminator(lambda value: table if isinstance(value, (dict, BaseModel)) else scalar)
