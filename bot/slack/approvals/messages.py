"""The messages of a run that are about its approvals: cards, reminders, and the record."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.domain.approval import Approval
from bot.domain.run import Run
from bot.slack.approvals.card import Where, draw_approval, mentions, outcome
from bot.slack.text.blocks import section
from bot.slack.text.safe import escape_mrkdwn, shorten
from bot.slack.threads.parts import Part
from bot.slack.words import ENGLISH, approvals as say, speaking


@dataclass(frozen=True, slots=True)
class Around:
    """What the messages about approvals need to know beside the run; `link` leads to the thread."""

    team: str
    channel: str
    link: Callable[[], str]
    audit_channel: str = ""
    acts_as_decider: bool = False

    @property
    def acts_as(self) -> str:
        """As whom Fusion is told of a decision."""
        return say.SENT_AS_DECIDER if self.acts_as_decider else ""


def draw_approvals(run: Run, around: Around, languages: Mapping[str, str]) -> Iterator[Part]:
    """All of them, those of the thread first; who has a card of their own reads their language."""
    where = Where(around.channel, acts_as=around.acts_as)
    for number, approval in enumerate(run.approvals, 1):
        yield Part(f"approval:{number}", *draw_approval(run, approval, around.team, where))
    for number, approval in enumerate(run.approvals, 1):
        for count, reminder in enumerate(approval.reminders, 1):
            yield _reminder(f"reminder:{number}:{count}", mentions(reminder.whom), around.link())
    for number, approval in enumerate(run.approvals, 1):
        for user in approval.told:
            with speaking(languages.get(user, ENGLISH)):
                theirs = list(_for_one(run, number, approval, user, around))
            yield from theirs
        if around.audit_channel and not approval.is_pending and approval.waiting.answerable:
            with speaking(ENGLISH):  # which is for everybody
                record = _record(number, approval, around)
            yield record


def _for_one(
    run: Run, number: int, approval: Approval, user: str, around: Around
) -> Iterator[Part]:
    """The card and the reminders of one person."""
    where = Where(viewer=user, link=around.link(), acts_as=around.acts_as)
    card = draw_approval(run, approval, around.team, where)
    yield Part(f"approval:{number}:{user}", *card, to=user)
    for count, reminder in enumerate(approval.reminders, 1):
        if user in reminder.whom:
            name = f"reminder:{number}:{count}:{user}"
            yield _reminder(name, mentions((user,)), around.link(), to=user)


def _reminder(name: str, who: str, link: str, to: str = "") -> Part:
    text = say.reminder(who, link)
    return Part(name, text, (section(text),), to=to)


def _record(number: int, approval: Approval, around: Around) -> Part:
    what = escape_mrkdwn(shorten(approval.waiting.message, 300)) or say.AN_APPROVAL
    text = say.on_record(what, around.team, outcome(approval), around.link())
    return Part(
        f"record:{number}", shorten(text, 3000), (section(text),), channel=around.audit_channel
    )
