"""Runs to JSON and back.

A field that still has its default is left out, an unknown field is ignored, and a missing one gets
its default: a run that was written by an older or a newer version of the bot stays readable as long
as fields are only ever added with defaults.
"""

import json
import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache, lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from bot.domain.run import Run

Step = Callable[[Any], Any]

KEPT = 256


class UnreadableRun(ValueError):
    """A stored run cannot be read by this version of the bot."""


def encode_run(run: Run) -> bytes:
    """A run as compact JSON in UTF-8."""
    document = _encoder(Run)(run)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(
        errors="surrogatepass"
    )


@lru_cache(maxsize=KEPT)  # one body is read for each thing that its run owes
def decode_run(body: bytes) -> Run:
    """The run that was encoded. Raises UnreadableRun."""
    try:
        run: Run = _decoder(Run)(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableRun(type(error).__name__) from error
    return run


@cache
def _encoder(kind: Any) -> Step:
    if is_dataclass(kind):
        return _record_encoder(kind)
    inner = _optional(kind)
    if inner is not None:
        step = _encoder(inner)
        return lambda value: None if value is None else step(value)
    if get_origin(kind) is tuple:
        steps = [_encoder(each) for each in get_args(kind) if each is not ...]
        if len(steps) == 1:
            return lambda value: [steps[0](each) for each in value]
        return lambda value: [step(each) for step, each in zip(steps, value, strict=True)]
    if kind is datetime:
        return lambda value: value.isoformat()
    if kind is timedelta:
        return lambda value: value.total_seconds()
    return _as_it_is


@cache
def _decoder(kind: Any) -> Step:
    if is_dataclass(kind):
        return _record_decoder(kind)
    inner = _optional(kind)
    if inner is not None:
        step = _decoder(inner)
        return lambda value: None if value is None else step(value)
    if get_origin(kind) is tuple:
        steps = [_decoder(each) for each in get_args(kind) if each is not ...]
        if len(steps) == 1:
            return lambda value: tuple(steps[0](each) for each in value)
        return lambda value: tuple(step(each) for step, each in zip(steps, value, strict=True))
    if kind is datetime:
        return datetime.fromisoformat
    if kind is timedelta:
        return lambda value: timedelta(seconds=value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return _as_it_is


def _record_encoder(kind: Any) -> Step:
    hints = get_type_hints(kind)
    parts = [(each.name, each.default, _encoder(hints[each.name])) for each in fields(kind)]

    def encode(record: Any) -> dict[str, Any]:
        document = {}
        for name, default, step in parts:
            value = getattr(record, name)
            if value is not default and value != default:
                document[name] = step(value)
        return document

    return encode


def _record_decoder(kind: Any) -> Step:
    hints = get_type_hints(kind)
    parts = {each.name: _decoder(hints[each.name]) for each in fields(kind)}

    def decode(document: dict[str, Any]) -> Any:
        return kind(
            **{name: parts[name](value) for name, value in document.items() if name in parts}
        )

    return decode


def _optional(kind: Any) -> Any:
    if get_origin(kind) in {Union, types.UnionType}:
        return next(each for each in get_args(kind) if each is not types.NoneType)
    return None


def _as_it_is(value: Any) -> Any:
    return value
