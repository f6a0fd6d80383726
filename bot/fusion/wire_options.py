"""The choices that a wait offers: which of them approves, rejects, or asks for a change."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from bot.fusion.wire_json import by_plain_name, first_text, items_of, text_of, unpacked

OPTIONS = ("options", "actions", "choices", "buttons", "allowedactions", "availableactions")
APPROVE_LABEL = ("approvelabel", "approvetext", "approvebuttonlabel")
REJECT_LABEL = ("rejectlabel", "rejecttext", "rejectbuttonlabel")

_LABEL = ("label", "displayname", "text", "title", "name", "value", "action", "code")
_CODE = ("action", "code", "value", "type", "name")


class _Meaning(Enum):
    """What an option does, by words in its code or label; the order is the order of looking."""

    REJECT = re.compile(r"REJECT|DENY|DECLINE|DISAPPROVE|REFUSE|CANCEL|^NO\b|^DON.?T\b")
    CHANGE = re.compile(r"CHANGE|REVIS|FEEDBACK|RFI|MORE.?INFO|REQUEST.?INFO")
    APPROVE = re.compile(r"APPROV|ACCEPT|CONFIRM|ALLOW|PROCEED|^YES\b|^OK\b")


@dataclass(frozen=True, slots=True)
class Options:
    """The labels by meaning; `free` are those that mean something else: to be typed."""

    approve: str = ""
    reject: str = ""
    change: str = ""
    free: tuple[str, ...] = field(default=())


def read_options(fields: Mapping[str, Any]) -> Options:
    """Read the options in these fields (plain names): strings, objects, or a table of flags."""
    labels: dict[_Meaning | None, list[str]] = {}
    for name in OPTIONS:
        for code, label in _pairs(unpacked(fields.get(name))):
            labels.setdefault(_meaning(code) or _meaning(label), []).append(label)
    return Options(
        approve=labels.get(_Meaning.APPROVE, [first_text(fields, APPROVE_LABEL)])[0],
        reject=labels.get(_Meaning.REJECT, [first_text(fields, REJECT_LABEL)])[0],
        change=labels.get(_Meaning.CHANGE, [""])[0],
        free=tuple(labels.get(None, [])),
    )


def _meaning(words: str) -> _Meaning | None:
    return next((each for each in _Meaning if each.value.search(words.strip().upper())), None)


def _pairs(options: Any) -> list[tuple[str, str]]:
    """Code and label of each option."""
    pairs: list[tuple[str, str]] = []
    if isinstance(options, dict):  # {"approve": "Yes, order it"} or {"approve": true}
        pairs = [(name, text_of(each) or name) for name, each in options.items() if each]
    else:
        for item in items_of(options):
            if isinstance(item, dict):
                found = by_plain_name(item)
                label = first_text(found, _LABEL)
                pairs.append((first_text(found, _CODE) or label, label))
            else:
                pairs.append((text_of(item), text_of(item)))
    return [(code, label) for code, label in pairs if label]
