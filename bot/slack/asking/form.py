"""The form of the shortcuts: a question, and whom to ask."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.domain.agent_team import AgentTeam
from bot.slack.text.blocks import Block, context, modal, option, section, select, text_input
from bot.slack.text.plain import Names, read_plain_text
from bot.slack.text.safe import escape_mrkdwn, fitting, plain_text_object, shorten
from bot.slack.words import asking as say

ASK = "ask_fusion"  # callback_id of the global shortcut and of the form
ABOUT = "ask_about_message"  # callback_id of the message shortcut
QUESTION = "question"
TEAM = "agent_team"
LONGEST_QUOTE = 2000  # characters
LONGEST_CARRIED = 3000  # characters, as JavaScript counts them, of what a form carries along
MOST_TEAMS = 100


@dataclass(frozen=True, slots=True)
class About:
    """What the question is about: a message and where it stands, or a conversation; else empty."""

    channel: str = ""
    thread_ts: str = ""
    text: str = ""
    continues: str = ""  # the run whose conversation goes on in a new thread


def draw_ask_form(
    about: About, teams: Sequence[AgentTeam] = (), chosen: AgentTeam | None = None
) -> Block:
    """The form; `chosen` is the team that would answer anyway, of several."""
    blocks: list[Block] = []
    if about.text:
        words = read_plain_text(about.text, Names(), "")
        quoted = escape_mrkdwn(shorten(words, 600)).replace("\n", "\n> ")
        blocks += [section(f"> {quoted}"), context(say.SENT_ALONG)]
    elif about.continues:
        blocks.append(context(say.GOES_ON_ELSEWHERE))
    elif not about.channel:
        blocks.append(context(say.ANSWERED_PRIVATELY))
    blocks.append(text_input(QUESTION, QUESTION, say.QUESTION))
    if len(teams) > 1 and not about.continues:
        # Who would answer anyway comes first, though a list be too long or incomplete: what the menu
        # shows is what is asked.
        others = [each for each in teams if chosen is None or each.code != chosen.code]
        offered = [*([chosen] if chosen else []), *others][:MOST_TEAMS]
        options = [option(each.title, each.code) for each in offered]
        blocks.append(
            {
                "type": "input",
                "block_id": TEAM,
                "label": plain_text_object(say.AGENT_TEAM, 2000),
                "element": select(TEAM, say.AGENT_TEAM, options, options[0]),
            }
        )
    return modal(
        ASK,
        say.TITLE,
        say.ASK,
        say.CLOSE,
        blocks=blocks,
        private_metadata=_carry(about),
    )


def read_about(message: dict[str, Any], channel: str) -> About:
    """A message that a shortcut was used on; of a long one, its first part."""
    ts = str(message.get("thread_ts") or message.get("ts") or "")
    text = fitting(_text_of(message), LONGEST_QUOTE)
    about = About(channel, ts, text)
    while _length(_carry(about)) > LONGEST_CARRIED:
        text = fitting(text[:-1], len(text) * 9 // 10)
        about = About(channel, ts, text)
    return about


def _text_of(message: dict[str, Any]) -> str:
    """What a message says; alerts of other apps often say it in attachments alone."""
    attached = [each for each in message.get("attachments") or [] if isinstance(each, dict)]
    said = [message.get("text"), *(each.get("fallback") or each.get("text") for each in attached)]
    texts = dict.fromkeys(str(each or "").strip() for each in said)
    return "\n".join(filter(None, texts))


def _carry(about: About) -> str:
    return json.dumps(asdict(about), ensure_ascii=False)


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def read_answers(view: dict[str, Any]) -> tuple[str, str, About]:
    """The question, the code of the team or "", and what it is about."""
    values = view["state"]["values"]
    question = (values[QUESTION][QUESTION].get("value") or "").strip()
    chosen = values.get(TEAM, {}).get(TEAM, {}).get("selected_option") or {}
    return question, str(chosen.get("value") or ""), About(**json.loads(view["private_metadata"]))


def build_question(question: str, about: About) -> str:
    """What is asked: the question, and the message below it."""
    return f"{question}\n\n{say.THE_MESSAGE}\n{about.text}" if about.text else question
