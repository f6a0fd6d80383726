"""The card of one approval: what is asked, who may decide, and what became of it."""

from bot.domain.approval import Approval, ApprovalState, Reopened
from bot.domain.job import Action, Waiting, WaitingFor
from bot.domain.run import Run
from bot.slack import sentences as say
from bot.slack.blocks import LONGEST_CONTEXT, Block, actions, button, context, fields, section
from bot.slack.safe_text import escape_mrkdwn, shorten
from bot.slack.sign_in_card import draw_sign_in_button

DETAILS_SHOWN = 20
DETAILS_IN_ALL = 5000  # characters; Slack takes some 13,000 in a message, with all around them

TITLES = {
    WaitingFor.DECISION: ":raised_hand: *Your approval is needed*",
    WaitingFor.CHANGES: ":raised_hand: *Your approval is needed*",
    WaitingFor.TEXT: ":speech_balloon: *A reply is needed*",
    WaitingFor.ELSEWHERE: ":email: *Waiting for an answer outside of Slack*",
    WaitingFor.TIMER: ":hourglass: *Waiting*",
}
TITLES_AFTERWARDS = {
    WaitingFor.DECISION: ":raised_hand: *Approval*",
    WaitingFor.CHANGES: ":raised_hand: *Approval*",
    WaitingFor.TEXT: ":speech_balloon: *A reply was needed*",
    WaitingFor.ELSEWHERE: ":email: *Waited for an answer outside of Slack*",
    WaitingFor.TIMER: ":hourglass: *Waited*",
}
CLOSED = {
    Action.APPROVE: (":white_check_mark:", "Approved"),
    Action.REJECT: (":x:", "Rejected"),
    Action.REPLY: (":speech_balloon:", "Answered"),
}


def draw_approval(run: Run, approval: Approval, team: str) -> tuple[str, tuple[Block, ...]]:
    """Text and blocks of the card. It keeps saying what it was about after it was decided."""
    title = _title(run, approval)
    blocks = [section(title)]
    message = escape_mrkdwn(approval.waiting.message).strip()
    if message:
        blocks.append(section(shorten(message, 2900)))
    blocks += _details(approval.waiting)
    blocks.append(context(*_small_print(run, approval, team)))
    blocks += _ending(run, approval)
    text = f"{title}: {shorten(message, 300)}" if message else title
    return text, tuple(blocks)


def _title(run: Run, approval: Approval) -> str:
    if not approval.is_pending:
        return TITLES_AFTERWARDS[approval.waiting.kind]
    title = TITLES[approval.waiting.kind]
    return f"{title} <@{run.turn.asker.user}>" if approval.waiting.answerable else title


def _details(waiting: Waiting) -> list[Block]:
    """Labels and values; how many do not fit is said, lest somebody decides without a notion."""
    rows: list[tuple[str, str]] = []
    room = DETAILS_IN_ALL
    for name, value in waiting.details[:DETAILS_SHOWN]:
        row = (escape_mrkdwn(shorten(name, 100)), escape_mrkdwn(shorten(value, 1000)))
        room -= min(len(row[0]) + len(row[1]), LONGEST_CONTEXT)
        if room < 0:
            break
        rows.append(row)
    hidden = len(waiting.details) - len(rows)
    return fields(rows) + ([context(say.more_details(hidden))] if hidden else [])


def _small_print(run: Run, approval: Approval, team: str) -> list[str]:
    asker = f"<@{run.turn.asker.user}>"
    lines = [f"{team}, asked by {asker}"]
    waiting = approval.waiting
    if waiting.node or waiting.tool:
        step = waiting.node or waiting.tool
        lines.append(f"Step: {escape_mrkdwn(shorten(step, 200))}")
    if waiting.kind is WaitingFor.CHANGES:
        rounds = f" of {waiting.rounds}" if waiting.rounds else ""
        lines.append(f"Round {approval.round}{rounds}")
    if approval.is_pending and waiting.answerable:
        lines.append(f"Only {asker} may decide, since they asked.")
    return lines


def _ending(run: Run, approval: Approval) -> list[Block]:
    match approval.state:
        case ApprovalState.OPEN:
            return _open(run, approval)
        case ApprovalState.DECIDING:
            return [section(f":outbox_tray: {_decision(approval)} – handing over to Fusion…")]
        case ApprovalState.DECIDED:
            emoji, _ = CLOSED[_action(approval)]
            return [section(f"{emoji} {_decision(approval)}")]
        case ApprovalState.ELSEWHERE:
            return [section(_closed_elsewhere(approval))]
        case ApprovalState.CANCELLED:
            when = _when(approval)
            return [section(f":black_square_for_stop: Cancelled{when}: the run was stopped.")]
        case ApprovalState.EXPIRED:
            return [section(f":alarm_clock: Expired{_when(approval)}: not approved.")]


def _open(run: Run, approval: Approval) -> list[Block]:
    waiting = approval.waiting
    if waiting.kind is WaitingFor.TIMER:
        return [context(say.TIMER_HINT)]
    if not waiting.answerable:
        return [context(say.ELSEWHERE_HINT)]
    blocks = []
    if approval.reopened is not None:
        blocks.append(section(f":warning: {say.REOPENED[approval.reopened]}"))
    value = f"{run.id}|{approval.id}"
    revision = "again" if approval.reopened else "open"
    buttons = [_button(each, approval, value) for each in waiting.actions]
    if approval.reopened is Reopened.SIGNED_OUT:
        buttons.append(draw_sign_in_button())
    return [*blocks, actions(f"approval:{approval.id}:{revision}", *buttons)]


def _button(action: Action, approval: Approval, value: str) -> Block:
    waiting = approval.waiting
    match action:
        case Action.APPROVE:
            label = waiting.approve_label or say.APPROVE
            return button(label, "approval_approve", value, style="primary")
        case Action.REJECT:
            return button(waiting.reject_label or say.REJECT, "approval_reject", value)
        case Action.REPLY:
            changes = waiting.kind is WaitingFor.CHANGES
            return button(say.REQUEST_CHANGE if changes else say.REPLY, "approval_reply", value)


def _action(approval: Approval) -> Action:
    return approval.decision.action if approval.decision else Action.APPROVE


def _decision(approval: Approval) -> str:
    decision = approval.decision
    if decision is None:
        return "Decided"
    verb = CLOSED[decision.action][1]
    if decision.action is Action.REPLY and approval.waiting.kind is WaitingFor.CHANGES:
        verb = "Change requested"
    line = f"{verb} by <@{decision.by.user}> – {say.stamp(decision.at)}"
    if decision.comment:
        quoted = escape_mrkdwn(shorten(decision.comment, 1000)).replace("\n", "\n> ")
        line += f"\n> {quoted}"
    return line


def _closed_elsewhere(approval: Approval) -> str:
    when = _when(approval)
    if approval.decision is not None:
        return (
            f":information_source: Decided elsewhere{when}, before the decision of "
            f"<@{approval.decision.by.user}> was sent. It was not sent."
        )
    if approval.waiting.answerable:
        return f":information_source: Decided elsewhere{when}."
    return f":white_check_mark: Went on{when}."


def _when(approval: Approval) -> str:
    return f" at {say.stamp(approval.closed_at)}" if approval.closed_at else ""
