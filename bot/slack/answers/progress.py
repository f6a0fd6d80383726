"""The main message of a run that has not ended: what is going on, and how to stop it."""

from bot.domain.answer import Node
from bot.domain.run import Run, State
from bot.slack.approvals.card import mentions
from bot.slack.people.sign_in_card import draw_sign_in_button
from bot.slack.text.blocks import Block, actions, button, context, plan, section, task
from bot.slack.text.safe import escape_mrkdwn, shorten, tidy
from bot.slack.words import general as say

STEPS_SHOWN = 12

NODE_STATUS = {
    "complete": "complete",
    "completed": "complete",
    "success": "complete",
    "succeeded": "complete",
    "done": "complete",
    "error": "error",
    "failed": "error",
    "running": "in_progress",
    "in_progress": "in_progress",
    "waiting": "in_progress",
}


def draw_progress(run: Run, team: str) -> tuple[str, tuple[Block, ...]]:
    """Text and blocks of the main message. `team` is safe for mrkdwn."""
    line = _line(run, team)
    blocks: list[Block] = []
    steps = _steps(run) if run.state is State.RUNNING else []
    blocks.append(plan(_title(run), steps) if steps else section(line))
    if run.needs_sign_in and run.state is not State.SIGNED_OUT:
        blocks.append(section(say.sign_in_again(f"<@{run.turn.asker.user}>")))
    elif run.troubled_since is not None:
        blocks.append(context(say.trouble_since(say.stamp(run.troubled_since))))
    buttons = [draw_sign_in_button()] if run.needs_sign_in else []
    if run.state is not State.RESUMING:
        before = run.state in {State.QUEUED, State.SIGNED_OUT}
        label = say.CANCEL if before else say.STOP
        buttons.append(button(label, "run_stop", run.id))
    if buttons:
        blocks.append(actions(f"run:{run.id}", *buttons))
    return line, tuple(blocks)


def _line(run: Run, team: str) -> str:
    match run.state:
        case State.QUEUED:
            return say.queued(run.ahead)
        case State.SIGNED_OUT:
            return say.sign_in_first(f"<@{run.turn.asker.user}>", team)
        case State.INVOKING:
            return say.asking(team)
        case State.WAITING:
            pending = run.pending
            if pending is not None and pending.waiting.answerable:
                return say.waiting_for_decision(mentions(pending.undecided) or say.SOMEBODY)
            return say.waiting_elsewhere()
        case State.RESUMING:
            return say.resuming()
        case _:
            newest = _newest(run)
            return escape_mrkdwn(shorten(newest, 500)) if newest else say.working(team)


def _title(run: Run) -> str:
    return _newest(run) or say.WORKING


def _steps(run: Run) -> list[Block]:
    """Steps from the nodes where there are any, else from the progress texts said so far."""
    if run.nodes:
        nodes = run.nodes[-STEPS_SHOWN:]
        return [task(n, _name(node), _status(node)) for n, node in enumerate(nodes, 1)]
    texts = [text for each in run.progress if (text := tidy(each).strip())][-STEPS_SHOWN:]
    if len(texts) < 2:
        return []
    return [
        task(n, text, "in_progress" if n == len(texts) else "complete")
        for n, text in enumerate(texts, 1)
    ]


def _newest(run: Run) -> str:
    """The last progress text; empty where there is nothing in it to read."""
    return tidy(run.progress[-1]).strip() if run.progress else ""


def _name(node: Node) -> str:
    return tidy(node.name).strip() or say.A_STEP


def _status(node: Node) -> str:
    return NODE_STATUS.get(node.status.lower(), "pending")
