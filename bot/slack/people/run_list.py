"""A person's runs in the App Home: what runs, and the threads that they asked in last."""

from collections.abc import Sequence

from bot.domain.run import Run
from bot.slack.text.blocks import Block, actions, button, confirmation, context, header, section
from bot.slack.text.safe import escape_mrkdwn, shorten
from bot.slack.threads.picture import Look
from bot.slack.words import approvals, general as sentences, home as say

SHOWN = 10


def draw_runs(unfinished: Sequence[Run], ended: Sequence[Run], look: Look) -> list[Block]:
    """Both lists, newest first; of a thread its last question."""
    running = [_line(each, look, sentences.STATES.get(each.state, "")) for each in unfinished]
    threads: dict[str, Run] = {}
    for each in ended:
        threads.setdefault(each.thread, each)
    recent = [_line(each, look, "") for each in threads.values()]
    return [
        header(say.running(len(unfinished))),
        *(section(each) for each in running[:SHOWN] or [say.NOTHING_RUNNING]),
        header(say.RECENT),
        *(section(each) for each in recent[:SHOWN] or [say.NOTHING_ASKED]),
    ]


def draw_deletion() -> list[Block]:
    """What a person can do about what is kept of them."""
    delete = button(say.DELETE, "delete_my_data", "all", style="danger")
    delete["confirm"] = confirmation(say.DELETE, say.DELETE_CONFIRM, say.DELETE, say.KEEP)
    return [header(say.YOUR_DATA), context(say.WHAT_IS_KEPT), actions("my_data", delete)]


def _line(run: Run, look: Look, state: str) -> str:
    question = escape_mrkdwn(shorten(" ".join(look.question(run).split()), 100)).replace("|", "¦")
    link = look.link(run.turn.place, question or say.A_QUESTION)
    detail = (
        say.since(state, approvals.stamp(run.since))
        if state
        else approvals.stamp(run.ended_at or run.since)
    )
    return f"• {link} – {look.team_title(run)}, {detail}"
