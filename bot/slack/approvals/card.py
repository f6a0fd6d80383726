"""The card of one approval: what exactly will happen, who may decide, and what became of it.

The thread has one card, and whoever else is asked to decide has one of their own in a direct message.
All say the same and are kept in step; buttons stand only where they may be used.
"""

from dataclasses import dataclass

from bot.domain.approval import Approval, ApprovalState
from bot.domain.job import Action, Waiting, WaitingFor
from bot.domain.policy import may_stand_in
from bot.domain.run import Run
from bot.domain.timing import expires_at
from bot.slack.approvals.buttons import draw_buttons
from bot.slack.text.blocks import LONGEST_CONTEXT, Block, context, fields, section
from bot.slack.text.safe import escape_mrkdwn, fitting, shorten
from bot.slack.text.tables import Table, draw_table
from bot.slack.words import approvals as say, general as sentences

DETAILS_SHOWN = 60
DETAILS_IN_ALL = 5000  # characters; Slack takes some 13,000 in a message, with all around them
AS_FIELDS = 10  # as many look better side by side than in a table
MESSAGE_IN_ALL = 3400  # characters as Slack counts them, entities and all
PARAGRAPH = 2900
LONGEST_REASON = 1200
LONGEST_REFUSAL = 600
REASONS_SHOWN = 3
MENTIONED = 10

Card = tuple[str, tuple[Block, ...]]

EMOJI = {
    Action.APPROVE: ":white_check_mark:",
    Action.REJECT: ":x:",
    Action.REPLY: ":speech_balloon:",
}


DIRECT = "D"  # what the id of every channel of direct messages begins with


@dataclass(frozen=True, slots=True)
class Where:
    """Where a card stands: in the thread's channel, or with one person alone.

    `link` leads to the thread, as mrkdwn; `acts_as` says as whom Fusion is told.
    """

    channel: str = ""
    viewer: str = ""
    link: str = ""
    acts_as: str = ""


def draw_approval(run: Run, approval: Approval, team: str, where: Where = Where()) -> Card:
    """Text and blocks of the card. It keeps saying what it was about after it was decided."""
    title = _title(approval, where)
    blocks = [section(title), *_message(approval.waiting)]
    blocks += _details(approval.waiting)
    blocks.append(context(*_small_print(run, approval, team, where)))
    blocks += _progress(approval)
    blocks += _ending(run, approval, where)
    message = escape_mrkdwn(approval.waiting.message).strip()
    text = f"{title}: {shorten(message, 300)}" if message else title
    return text, tuple(blocks)


def mentions(users: tuple[str, ...]) -> str:
    """People in mrkdwn; the first of many."""
    named = ", ".join(f"<@{user}>" for user in users[:MENTIONED])
    more = len(users) - MENTIONED
    return f"{named} {sentences.and_more(more)}" if more > 0 else named


def _title(approval: Approval, where: Where) -> str:
    if approval.state is not ApprovalState.OPEN:
        return say.TITLES_AFTERWARDS[approval.waiting.kind]
    title = say.TITLES[approval.waiting.kind]
    if not approval.waiting.answerable or where.viewer:
        return title
    groups = [f"<!subteam^{each}>" for each in approval.current.groups if approval.wants_members]
    whom = " ".join([*groups, mentions(approval.undecided)]).strip()
    return f"{title} {whom}" if whom else title


def _message(waiting: Waiting) -> list[Block]:
    """What the agent team says will happen; how much does not fit is said."""
    rest, room, blocks = waiting.message.strip(), MESSAGE_IN_ALL, list[Block]()
    while rest and room > 0:
        piece = fitting(rest, min(room, PARAGRAPH))
        if not piece:
            break
        blocks.append(section(escape_mrkdwn(piece)))
        rest, room = rest[len(piece) :].lstrip(), room - len(escape_mrkdwn(piece))
    return blocks + ([context(say.more_text(len(rest)))] if rest else [])


def _details(waiting: Waiting) -> list[Block]:
    """Labels and values; how many do not fit is said, lest somebody decides without a notion."""
    rows: list[tuple[str, str]] = []
    room, cut = DETAILS_IN_ALL, 0
    for name, value in waiting.details[:DETAILS_SHOWN]:
        row = (shorten(name, 100), fitting(value, LONGEST_CONTEXT // 2))
        room -= sum(len(escape_mrkdwn(each)) for each in row)
        if room < 0:
            break
        cut += row[1] != value
        rows.append(row)
    hidden = len(waiting.details) - len(rows) + cut
    note = [context(say.more_details(hidden))] if hidden else []
    if len(rows) <= AS_FIELDS:
        return [*fields([(escape_mrkdwn(a), escape_mrkdwn(b)) for a, b in rows]), *note]
    table = Table((say.WHAT, say.VALUE), tuple(rows), ("left", "left"))
    return [draw_table(table), *note]


def _small_print(run: Run, approval: Approval, team: str, where: Where) -> list[str]:
    asker = f"<@{run.turn.asker.user}>"
    lines = [say.asked_by(team, asker)]
    waiting = approval.waiting
    if waiting.node or waiting.tool:
        step = waiting.node or waiting.tool
        lines.append(say.step(escape_mrkdwn(shorten(step, 200))))
    if waiting.takes_changes:
        lines.append(say.round_of(approval.round, waiting.rounds))
    if approval.is_pending and waiting.answerable:
        lines += _authority(run, approval, where)
    if where.viewer and where.link:
        lines.append(where.link)
    return lines


def _authority(run: Run, approval: Approval, where: Where) -> list[str]:
    """Who may decide, how many must, until when, as whom, and why you are asked."""
    stages = len(approval.policy.stages)
    lines = []
    if where.viewer in approval.deciders:
        lines.append(_why_you(approval, where.viewer))
    if approval.wants_members:
        lines.append(say.LOOKING_UP)
    elif approval.deciders == (run.turn.asker.user,) and stages == 1:
        lines.append(say.asker_alone(f"<@{run.turn.asker.user}>"))
    elif approval.deciders:
        whom = mentions(approval.deciders)
        lines.append(say.who_decides(whom, approval.quorum, len(approval.deciders)))
    if stages > 1:
        lines.append(say.stage(approval.stage + 1, stages))
    ends = expires_at(approval)
    if ends is not None:
        lines.append(say.until(say.stamp(ends)))
    if where.acts_as:
        lines.append(where.acts_as)
    return lines


def _why_you(approval: Approval, viewer: str) -> str:
    for each in approval.delegations:
        if each.stage == approval.stage and each.to == viewer:
            return say.handed_to_you(f"<@{each.by}>")
    name = escape_mrkdwn(approval.policy.name)
    return say.asked_because(name, approval.stage + 1, len(approval.policy.stages))


def _progress(approval: Approval) -> list[Block]:
    """What has happened on the way to a decision."""
    lines = [say.escalated(each.stage + 1, say.stamp(each.at)) for each in approval.escalations]
    lines += [say.handed_over(f"<@{each.by}>", f"<@{each.to}>") for each in approval.delegations]
    final = approval.decision
    earlier = [each for each in approval.votes if each.decision != final]
    if earlier:
        lines.append(say.approved_so_far(mentions(tuple(e.decision.by.user for e in earlier))))
        lines += [
            f"<@{each.decision.by.user}>: {_quoted(each.decision.comment, 300)}"
            for each in [each for each in earlier if each.decision.comment][:REASONS_SHOWN]
        ]
    return [context(*lines)] if lines else []


def _ending(run: Run, approval: Approval, where: Where) -> list[Block]:
    match approval.state:
        case ApprovalState.OPEN:
            return _open(run, approval, where)
        case ApprovalState.DECIDING:
            line = say.handing_over(_headline(approval)) + _words(approval)
            return [section(f":outbox_tray: {line}")]
        case ApprovalState.DECIDED:
            return [section(f"{EMOJI[_action(approval)]} {describe(approval)}")]
        case ApprovalState.ELSEWHERE:
            return [section(_closed_elsewhere(approval))]
        case ApprovalState.CANCELLED:
            return [section(f":octagonal_sign: {say.cancelled(_when(approval))}")]
        case ApprovalState.EXPIRED:
            return [section(f":alarm_clock: {say.expired(_when(approval))}")]
        case ApprovalState.UNKNOWN:
            known = f"{_headline(approval)}{_words(approval)}"
            return [section(f":warning: {known}\n{say.unknown(_when(approval))}")]


def _open(run: Run, approval: Approval, where: Where) -> list[Block]:
    waiting = approval.waiting
    if waiting.kind is WaitingFor.TIMER:
        return [context(say.TIMER_HINT)]
    if not waiting.answerable:
        return [context(say.ELSEWHERE_HINT)]
    blocks = []
    if approval.reopened is not None:
        blocks.append(section(f":warning: {say.REOPENED[approval.reopened]}"))
        blocks += _why_reopened(run, approval)
    if not approval.deciders and not approval.wants_members:
        return [*blocks, section(say.NOBODY)]
    if where.viewer and where.viewer not in approval.undecided:
        return blocks
    if where.viewer and not may_stand_in(approval, DIRECT):
        return [*blocks, context(say.NOT_IN_DIRECT)]
    if not where.viewer and not may_stand_in(approval, where.channel):
        return [*blocks, context(say.NOT_IN_THIS_CHANNEL)]
    return [*blocks, draw_buttons(run, approval)]


def _why_reopened(run: Run, approval: Approval) -> list[Block]:
    """What Fusion said, and what its support asks for."""
    lines = []
    if approval.refusal:
        lines.append(f"“{escape_mrkdwn(shorten(approval.refusal, LONGEST_REFUSAL))}”")
    if run.trace_id:
        lines.append(sentences.trace(escape_mrkdwn(run.trace_id).replace("`", "")))
    return [context(*lines)] if lines else []


def _action(approval: Approval) -> Action:
    return approval.decision.action if approval.decision else Action.APPROVE


def describe(approval: Approval) -> str:
    """How it was decided, by whom, when, and with what words."""
    return _headline(approval) + _words(approval)


def _headline(approval: Approval) -> str:
    decision = approval.decision
    if decision is None:
        return say.DECIDED
    changes = decision.action is Action.REPLY and approval.waiting.takes_changes
    verb = "change" if changes else decision.action.value
    return say.decided_by(verb, f"<@{decision.by.user}>", say.stamp(decision.at))


def _words(approval: Approval) -> str:
    """The decision's words as a quotation below its headline."""
    comment = approval.decision.comment if approval.decision else ""
    return f"\n> {_quoted(comment, LONGEST_REASON)}" if comment else ""


def _quoted(comment: str, limit: int) -> str:
    shown = fitting(comment, limit)
    return escape_mrkdwn(shown + ("…" if shown != comment else "")).replace("\n", "\n> ")


def _closed_elsewhere(approval: Approval) -> str:
    when = _when(approval)
    if approval.decision is not None:
        who = f"<@{approval.decision.by.user}>"
        return f":information_source: {say.elsewhere_before(when, who)}"
    if approval.waiting.answerable:
        return f":information_source: {say.elsewhere(when)}"
    return f":white_check_mark: {say.went_on(when)}"


def _when(approval: Approval) -> str:
    return say.stamp(approval.closed_at) if approval.closed_at else ""


def outcome(approval: Approval) -> str:
    """How it ended, on one line: for the record."""
    match approval.state:
        case ApprovalState.DECIDED:
            return describe(approval)
        case ApprovalState.ELSEWHERE:
            return _closed_elsewhere(approval)
        case ApprovalState.CANCELLED:
            return say.cancelled(_when(approval))
        case ApprovalState.UNKNOWN:
            return f"{describe(approval)}\n{say.unknown(_when(approval))}"
        case _:
            return say.expired(_when(approval))
