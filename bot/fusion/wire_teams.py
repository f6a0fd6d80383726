"""The agent teams in a reply of the registry's search, whose shape Oracle does not publish.

Read tolerantly: a list, or an object that holds one; each team with its code under one of several
names, or in the address of its agent card.
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.domain.agent_team import AgentTeam
from bot.fusion.wire_json import by_plain_name, text_of, unpacked

LISTS = ("items", "agents", "results", "data", "content")
CODES = ("agentteamcode", "agentcode", "workflowcode", "code", "id")
NAMES = ("displayname", "title", "label", "name")
STARTERS = ("starterquestions", "conversationstarters", "examples")
IN_ADDRESS = re.compile(r"/a2a/v\d+/([^/?#]+)")
CODE = re.compile(r"[\w.-]{1,200}")
LONGEST_NAME, LONGEST_DESCRIPTION = 150, 1000


def read_teams(body: Any) -> tuple[AgentTeam, ...]:
    """The teams that can be made out; what names no code is left out."""
    found: dict[str, AgentTeam] = {}
    for each in _listed(body):
        team = _read_team(each)
        if team is not None:
            found.setdefault(team.code, team)
    return tuple(found.values())


def count_listed(body: Any) -> int:
    """How many entries a page has, readable or not."""
    return len(_listed(body))


def _listed(body: Any) -> list[Any]:
    body = unpacked(body)
    if isinstance(body, Mapping):
        lists = (unpacked(by_plain_name(body).get(name)) for name in LISTS)
        body = next((each for each in lists if isinstance(each, list)), [])
    return body if isinstance(body, list) else []


def _read_team(entry: Any) -> AgentTeam | None:
    if not isinstance(entry, Mapping):
        return None
    known = by_plain_name(entry)
    card = known.get("agentcard")
    if isinstance(card, Mapping):
        known = {**by_plain_name(card), **known}
    code = next((text_of(known[name]) for name in CODES if text_of(known.get(name))), "")
    address = IN_ADDRESS.search(text_of(known.get("url")))
    code = code or (address[1] if address else "")
    if not CODE.fullmatch(code):
        return None
    name = next((text_of(known[each]) for each in NAMES if text_of(known.get(each))), "")
    return AgentTeam(
        code=code,
        name=" ".join(name.split())[:LONGEST_NAME],
        description=" ".join(text_of(known.get("description")).split())[:LONGEST_DESCRIPTION],
        starter_questions=_starters(known),
    )


def _starters(known: Mapping[str, Any]) -> tuple[str, ...]:
    skills = [each for each in _sequence(known.get("skills")) if isinstance(each, Mapping)]
    for source in (known, *(by_plain_name(each) for each in skills)):
        for name in STARTERS:
            texts = tuple(_question(each) for each in _sequence(source.get(name)))
            if any(texts):
                return tuple(each for each in texts if each)[:10]
    return ()


def _question(entry: Any) -> str:
    if isinstance(entry, Mapping):
        known = by_plain_name(entry)
        entry = known.get("question") or known.get("text") or known.get("message")
    return text_of(entry)[:300]


def _sequence(value: Any) -> list[Any]:
    value = unpacked(value)
    return value if isinstance(value, list) else []
