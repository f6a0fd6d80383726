"""The messages of a run that are about its approvals: cards, reminders, and the record."""

from collections.abc import Iterator

from bot.domain.approval import Approval
from bot.domain.run import Run
from bot.slack.approval_card import Where, draw_approval, mentions, outcome
from bot.slack.blocks import section
from bot.slack.parts import Part
from bot.slack.safe_text import escape_mrkdwn, shorten
from bot.slack.words import approvals as say


def draw_approvals(
    run: Run, team: str, channel: str, link: str, acts_as: str, audit_channel: str
) -> Iterator[Part]:
    """All of them, those of the thread first; `link` leads to the thread, as mrkdwn."""
    where = Where(channel, acts_as=acts_as)
    for number, approval in enumerate(run.approvals, 1):
        yield Part(f"approval:{number}", *draw_approval(run, approval, team, where))
    for number, approval in enumerate(run.approvals, 1):
        for count, reminder in enumerate(approval.reminders, 1):
            yield _reminder(f"reminder:{number}:{count}", mentions(reminder.whom), link)
    for number, approval in enumerate(run.approvals, 1):
        for user in approval.told:
            theirs = Where(viewer=user, link=link, acts_as=acts_as)
            card = draw_approval(run, approval, team, theirs)
            yield Part(f"approval:{number}:{user}", *card, to=user)
        for count, reminder in enumerate(approval.reminders, 1):
            for user in reminder.whom:
                if user in approval.told:
                    name = f"reminder:{number}:{count}:{user}"
                    yield _reminder(name, mentions((user,)), link, to=user)
        if audit_channel and not approval.is_pending and approval.waiting.answerable:
            yield _record(number, approval, team, link, audit_channel)


def _reminder(name: str, who: str, link: str, to: str = "") -> Part:
    text = say.reminder(who, link)
    return Part(name, text, (section(text),), to=to)


def _record(number: int, approval: Approval, team: str, link: str, channel: str) -> Part:
    what = escape_mrkdwn(shorten(approval.waiting.message, 300)) or say.AN_APPROVAL
    text = say.on_record(what, team, outcome(approval), link)
    return Part(f"record:{number}", shorten(text, 3000), (section(text),), channel=channel)
