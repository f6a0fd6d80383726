"""The approvals that wait for somebody, and those that they asked for: in the App Home and as text."""

from collections.abc import Sequence

from bot.domain.approval import Approval
from bot.domain.run import Run
from bot.domain.timing import expires_at
from bot.slack.approvals.card import mentions
from bot.slack.text.blocks import Block, header, section
from bot.slack.text.safe import escape_mrkdwn, shorten
from bot.slack.threads.picture import Look
from bot.slack.words import approvals as say, general as sentences

SHOWN = 20


def draw_queue(mine: Sequence[Run], asked: Sequence[Run], look: Look) -> list[Block]:
    """Both lists as blocks of the App Home, with counts."""
    return [
        header(say.waiting_for_me(len(mine))),
        *(section(each) for each in _lines(mine, look) or [say.NONE_WAITING]),
        header(say.i_asked(len(asked))),
        *(section(each) for each in _lines(asked, look) or [say.NONE_ASKED]),
    ]


def draw_queue_text(mine: Sequence[Run], asked: Sequence[Run], look: Look) -> str:
    """Both lists as one text."""
    return "\n".join(
        [
            f"*{say.waiting_for_me(len(mine))}*",
            *(_lines(mine, look) or [say.NONE_WAITING]),
            f"*{say.i_asked(len(asked))}*",
            *(_lines(asked, look) or [say.NONE_ASKED]),
        ]
    )


def _lines(runs: Sequence[Run], look: Look) -> list[str]:
    lines = [_line(each, each.pending, look) for each in runs[:SHOWN] if each.pending]
    hidden = len(runs) - SHOWN
    return lines + ([sentences.and_more(hidden)] if hidden > 0 else [])


def _line(run: Run, approval: Approval | None, look: Look) -> str:
    if approval is None:
        return ""
    what = escape_mrkdwn(shorten(" ".join(approval.waiting.message.split()), 80))
    link = look.link(run.turn.place, (what or say.AN_APPROVAL).replace("|", "¦"))
    ends = expires_at(approval)
    return say.queue_line(
        link,
        say.asked_by(look.team_title(run), f"<@{run.turn.asker.user}>"),
        say.stamp(approval.opened_at),
        say.stamp(ends) if ends else "",
        mentions(approval.undecided) if approval.undecided else "",
    )
