"""The main message of a run that has ended, and what of its answer does not fit there."""

from dataclasses import dataclass
from typing import Any

from bot.domain.answer import Answer, Citation
from bot.domain.approval import ApprovalState
from bot.domain.events import Failure, Trouble
from bot.domain.run import Run, State
from bot.slack.answers.feedback import draw_feedback_buttons
from bot.slack.answers.more import draw_footer, draw_more_buttons
from bot.slack.text.blocks import LONGEST_CONTEXT, Block, actions, button, context, section
from bot.slack.text.links import AllowedHosts
from bot.slack.text.output import MOST_CHARACTERS, characters, draw_output
from bot.slack.text.safe import escape_mrkdwn, link, shorten
from bot.slack.words import general as say, reason

Message = tuple[str, tuple[Block, ...]]

CITATIONS_SHOWN = 10
LONGEST_CITATION = 1000  # ten of them fit into a message; a longer one goes without its address
SHOWN_ON_A_BUTTON = 30  # characters of a label, says Slack; the rest may not be seen
LONGEST_LISTED = 300
FOLLOW_UPS_SHOWN = 5
MOST_BLOCKS = 46  # of Slack's 50; a repeated question may still come before them
# What is said of a question that could not be asked would not be true of a job that runs.
BEFORE_A_JOB = frozenset({Trouble.UNAVAILABLE, Trouble.REFUSED, Trouble.NOT_FOUND})


@dataclass(frozen=True, slots=True)
class Below:
    """What stands below an answer beside sources and next questions."""

    feedback: bool = True
    footer: bool = False
    steps: bool = False


PLAIN = Below()


def draw_end(run: Run, team: str, hosts: AllowedHosts, below: Below = PLAIN) -> list[Message]:
    """The messages of an ended run, at least one; the first takes the placeholder's place."""
    match run.state:
        case State.COMPLETE:
            return _draw_answer(run, team, hosts, below)
        case State.STOPPED:
            return [_with_again(run, *_stopped(run))]
        case State.UNCERTAIN:
            return [_with_again(run, f":warning: {say.UNCERTAIN}", say.NEW_CONVERSATION_FOLLOWS)]
        case _:
            return _draw_failure(run, run.failure or Failure(Trouble.LOST), team, hosts)


def whole_answer(run: Run, hosts: AllowedHosts) -> str:
    """All that the agent team said, as Markdown."""
    return draw_output(run.answer.output if run.answer else None, hosts=hosts).plain


def _stopped(run: Run) -> tuple[str, ...]:
    who = f"<@{run.stopped_by.user}>" if run.stopped_by else ""
    if run.job_id is None:
        return (say.withdrawn() if run.ahead else say.stopped(who),)
    return (say.stopped(who), say.NEW_CONVERSATION_FOLLOWS)


def _draw_answer(run: Run, team: str, hosts: AllowedHosts, below: Below) -> list[Message]:
    answer = run.answer or Answer()
    messages = _draw_output(answer.output, hosts)
    extras = _extras(run, answer, hosts)
    more = draw_more_buttons(run, answer, with_steps=below.steps)
    if messages:
        extras.append(actions(f"more:{run.id}", *more))
    if below.footer:
        extras.append(draw_footer(run, team))
    if messages and below.feedback:
        extras.append(draw_feedback_buttons(run))
    title = say.SOURCES if answer.citations else say.FOLLOW_UPS
    return _append(messages or [_nothing(run)], extras, title)


def _nothing(run: Run) -> Message:
    """An agent team may finish without a word, after an approval for instance."""
    decided = [each for each in run.approvals if each.state is ApprovalState.DECIDED]
    if decided and decided[-1].sent:  # the lost reply may have named a new job
        line = f":warning: {say.REPLY_LOST}"
        return line, (section(line),)
    line = (
        f":white_check_mark: {say.FINISHED}"
        if not decided
        else f":white_check_mark: {say.FINISHED_AS_DECIDED}"
    )
    return line, (section(line),)


def _draw_output(output: Any, hosts: AllowedHosts) -> list[Message]:
    parts = draw_output(output, hosts=hosts)
    return list(zip(parts.fallback_text, parts.messages, strict=True))


def _append(messages: list[Message], extras: list[Block], title: str) -> list[Message]:
    """Put what belongs below an answer into its last message, or into one more, with this text."""
    if not extras:
        return messages
    text, blocks = messages[-1]
    size = characters(blocks) + characters(extras)
    if size <= MOST_CHARACTERS and len(blocks) + len(extras) <= MOST_BLOCKS:
        return [*messages[:-1], (text, (*blocks, *extras))]
    return [*messages, (title, tuple(extras))]


def _extras(run: Run, answer: Answer, hosts: AllowedHosts) -> list[Block]:
    extras: list[Block] = []
    if answer.citations:
        lines = [_citation(n, each, hosts) for n, each in enumerate(answer.citations, 1)]
        hidden = len(lines) - CITATIONS_SHOWN
        shown = lines[:CITATIONS_SHOWN] + ([say.and_more(hidden)] if hidden > 0 else [])
        extras += [context(each) for each in _fill([say.SOURCES, *shown])]
    questions = answer.follow_up_questions[:FOLLOW_UPS_SHOWN]
    if questions:
        buttons = [
            button(each, "follow_up" if len(questions) == 1 else f"follow_up_{number}", run.id)
            for number, each in enumerate(questions)
        ]
        lines = [say.FOLLOW_UPS]
        if any(len(each) > SHOWN_ON_A_BUTTON for each in questions):
            lines += [f"• {escape_mrkdwn(shorten(each, LONGEST_LISTED))}" for each in questions]
        extras += [context(each) for each in _fill(lines)]
        extras.append(actions(f"follow_up:{run.id}", *buttons))
    return extras


def _fill(lines: list[str]) -> list[str]:
    """Lines in as few texts as hold them whole: a link that is cut is no link."""
    texts = [""]
    for line in lines:
        if len(texts[-1]) + len(line) >= LONGEST_CONTEXT:
            texts.append("")
        texts[-1] += ("\n" if texts[-1] else "") + line
    return texts


def _citation(number: int, citation: Citation, hosts: AllowedHosts) -> str:
    title = shorten(citation.title.strip() or citation.url, 150)
    shown = link(citation.url, title, hosts) if citation.url else escape_mrkdwn(title)
    if len(shown) > LONGEST_CITATION:  # a link that is cut is no link
        shown = escape_mrkdwn(title)
    page = say.page(escape_mrkdwn(shorten(citation.page, 20))) if citation.page else ""
    return f"{number}. {shown}{page}"


def _draw_failure(run: Run, failure: Failure, team: str, hosts: AllowedHosts) -> list[Message]:
    emoji = ":alarm_clock:" if run.state is State.EXPIRED else ":warning:"
    lost = run.state is State.EXPIRED and failure.trouble in BEFORE_A_JOB
    line = f"{emoji} *{team}*: {say.TROUBLES[Trouble.LOST if lost else failure.trouble]}"
    blocks = [section(line)]
    detail = reason(failure.detail.strip())
    if detail:
        blocks.append(context(escape_mrkdwn(shorten(detail, 1000))))
    small = [say.trace(escape_mrkdwn(run.trace_id).replace("`", ""))] if run.trace_id else []
    if run.state is State.EXPIRED and run.job_id is not None:
        small.append(say.NEW_CONVERSATION_FOLLOWS)
    if small:
        blocks.append(context(*small))
    blocks.append(_again(run))
    partial = run.answer.output if run.answer else None
    messages = _draw_output(partial, hosts) if partial else []
    if not messages:
        return [(line, tuple(blocks))]
    return _append(messages, blocks, line)


def _with_again(run: Run, line: str, *small: str) -> Message:
    blocks = [section(line)]
    if run.trace_id:
        small = (*small, say.trace(escape_mrkdwn(run.trace_id).replace("`", "")))
    if small:
        blocks.append(context(*small))
    return line, (*blocks, _again(run))


def _again(run: Run) -> Block:
    return actions(f"again:{run.id}", button(say.ASK_AGAIN, "run_again", run.id))
