"""What tests of drawings share: how they look, whether Slack takes them, whether they are safe."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from bot.domain.agent_team import AgentTeam, AgentTeams
from bot.domain.run import Run
from bot.domain.turn import Place
from bot.playground.slack.block_rules import check_blocks, check_message_blocks
from bot.slack.text.links import AllowedHosts
from bot.slack.threads.picture import Look, Part, draw
from tests.payload_rules import assert_blocks_valid

PLACE = Place("T1", "C1", "1700.1")
TEAMS = AgentTeams((AgentTeam("AP_TEAM", name="Accounts <Payable>"), AgentTeam("HR_TEAM")))
LOOK = Look(TEAMS, AllowedHosts(frozenset({"good.com"})), timedelta(seconds=60))

TOKEN = re.compile(r"<([^<>]*)>")
KNOWN = re.compile(
    r"@U-(?:ANNA|BEN|CHLOE|DAN|EVE)|!subteam\^S1|#C1|!date\^\d+\^(?:\{date_short_pretty\} at )?\{time\}\|[\d-]+ [\d:]+ UTC"
)
ALLOWED_LINK = re.compile(r"https?://good\.com(?::\d+)?(?:[/?#][^|]*)?\|[^|]+", re.IGNORECASE)


def parts_of(run: Run, *, rooted: bool = False, look: Look = LOOK) -> dict[str, Part]:
    """The picture of a run by the names of its parts, each as Slack takes it."""
    parts = draw(run, look, PLACE, rooted=rooted)
    for part in parts:
        assert_taken(part)
    by_name = {part.name: part for part in parts}
    assert len(by_name) == len(parts), "every part has a name of its own"
    return by_name


def assert_taken(part: Part) -> None:
    """Slack takes the part: by its schema, and by the emulation's stricter rules."""
    assert part.text.strip()
    assert len(part.text) <= 40_000
    assert_blocks_taken(part.blocks)


def assert_blocks_taken(blocks: Iterable[dict[str, Any]], surface: str = "message") -> None:
    plain = json.loads(json.dumps(list(blocks)))
    assert check_blocks(plain, surface) == []
    if surface == "message":
        check_message_blocks(plain)
    assert_blocks_valid(plain)


def assert_safe(part: Part) -> None:
    """Nothing is live in it but people and channels that we put there, times, and allowed links."""
    kinds = {each.get("type") for each in objects(part.blocks)}
    assert "image" not in kinds
    assert not kinds & {"user", "broadcast", "usergroup", "link"}
    for text in mrkdwn_of(part):
        for token in TOKEN.findall(text):
            assert KNOWN.fullmatch(token) or ALLOWED_LINK.fullmatch(token), token
        rest = TOKEN.sub("", text)
        assert "<" not in rest
        assert not re.search(r"(?<!\n)(?<!\A)>", rest), "a `>` begins a quotation or nothing"


def mrkdwn_of(part: Part) -> Iterator[str]:
    """Every text in which Slack reads tokens."""
    yield part.text
    for each in objects(part.blocks):
        if each.get("type") == "mrkdwn":
            assert each["verbatim"] is True, "Slack would make links of addresses and names"
            yield each["text"]
        if each.get("type") == "markdown":
            assert "<" not in each["text"]


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """All JSON objects within a value."""
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from objects(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from objects(each)


def buttons(part: Part) -> dict[str, dict[str, Any]]:
    """The buttons of a part by their action_id."""
    found = [each for each in objects(part.blocks) if each.get("type") == "button"]
    by_id = {each["action_id"]: each for each in found}
    assert len(by_id) == len(found)
    return by_id


def words(part: Part) -> str:
    """All that can be read in a part."""
    texts = []
    for each in objects(part.blocks):
        texts += [value for key, value in each.items() if key in {"text", "title"}]
    return "\n".join(each for each in texts if isinstance(each, str))
