"""The picture of a run: what its thread shall look like. Pure: the same run, the same picture.

A picture has parts, each a message that is posted once and edited from then on. Parts are only
ever added, in this order: the question (where nobody typed it as a message), the main message
(placeholder, progress, then the answer), one card per approval, what of the answer did not fit
into the main message (and all of it as a file, where it is long), and a short notice after a long
run.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from bot.domain.agent_team import AgentTeams, UnknownAgentTeam
from bot.domain.attachment import left_out, sent_along
from bot.domain.run import Run, State
from bot.domain.turn import Origin, Person, Place
from bot.slack.answers.card import Below, draw_end, whole_answer
from bot.slack.answers.progress import draw_progress
from bot.slack.approvals.messages import Around, draw_approvals
from bot.slack.asking.attachments import announce
from bot.slack.installing.installed import Installed
from bot.slack.text.blocks import Block, context, section
from bot.slack.text.links import AllowedHosts
from bot.slack.text.plain import Names, read_plain_text
from bot.slack.text.safe import escape_mrkdwn, shorten
from bot.slack.threads.parts import Part
from bot.slack.words import ENGLISH, answers, general as say, speaking, teams

__all__ = ["FILE", "MAIN", "NOTICE", "ROOT", "Look", "Part", "draw", "mention"]

ROOT = "root"
MAIN = "main"
NOTICE = "notice"
FILE = "answer:file"
MOST_MESSAGES = 5  # of one answer: a longer one comes as a file as well

LONGEST_REPEATED = 500  # characters of a question above an answer that may fill the message


@dataclass(frozen=True, slots=True)
class Look:
    """What pictures need to know beside the run."""

    teams: AgentTeams
    hosts: AllowedHosts
    notify_after: timedelta
    installed: Installed | None = None
    acts_as_decider: bool = False
    audit_channel: str = ""
    feedback: bool = True
    footer: bool = False

    def below(self, run: Run) -> Below:
        """What stands below a run's answer; steps are for who administers the agent team."""
        return Below(self.feedback, self.footer, self._is_for_administrators(run))

    def _is_for_administrators(self, run: Run) -> bool:
        try:
            return self.teams.by_code(run.turn.agent_team).invocation_mode == "ADMIN"
        except UnknownAgentTeam:
            return False

    def link(self, place: Place, label: str) -> str:
        """A link to a thread as mrkdwn, in the form of Slack's permalinks; the label where none is."""
        address = self.installed.url(place.workspace) if self.installed else ""
        if not address or place.ts is None:
            return label
        mark = place.ts.replace(".", "")
        url = f"{address.rstrip('/')}/archives/{place.channel}/p{mark}"
        return f"<{url}?thread_ts={place.ts}&amp;cid={place.channel}|{label}>"

    def question(self, run: Run) -> str:
        """The question as plain text, without the mention of the bot."""
        bot_user = self.installed.bot_user(run.turn.asker.workspace) if self.installed else ""
        return read_plain_text(run.turn.text, Names(), bot_user)

    def team_title(self, run: Run) -> str:
        """What people call the agent team, safe for mrkdwn."""
        return self.title_of(run.turn.agent_team, run.turn.team_title)

    def title_of(self, code: str, found: str = "") -> str:
        """What people call the team with this code, safe for mrkdwn; `found` is Fusion's title."""
        try:
            title = self.teams.by_code(code).name or found or code
        except UnknownAgentTeam:
            title = code
        return escape_mrkdwn(title)


def draw(
    run: Run,
    look: Look,
    place: Place,
    *,
    rooted: bool,
    languages: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Part, ...]:
    """All parts that the run has by now, in order.

    `place` is where the thread stands. `rooted` asks for a part that begins the thread, because no
    message of a person does. `languages` are those of people by their user id: the thread speaks the
    asker's, and who has a card of their own is spoken to in theirs.
    """
    with speaking(languages.get(run.turn.asker.user, ENGLISH)):
        return _draw(run, look, place, languages, rooted=rooted)


def _draw(
    run: Run, look: Look, place: Place, languages: Mapping[str, str], *, rooted: bool
) -> tuple[Part, ...]:
    team = look.team_title(run)
    around = Around(
        team,
        place.channel,
        lambda: look.link(place, say.GO_TO_THREAD),
        look.audit_channel,
        acts_as_decider=look.acts_as_decider,
    )
    about = list(draw_approvals(run, around, languages))
    parts = [_root(run, look, place)] if rooted else []
    if run.ended_at is None:
        text, blocks = draw_progress(run, team)
        parts.append(Part(MAIN, text, _with_question(run, blocks, look, place, rooted=rooted)))
        more: list[tuple[str, tuple[Block, ...]]] = []
    else:
        (text, blocks), *more = draw_end(run, team, look.hosts, look.below(run))
        parts.append(Part(MAIN, text, _with_question(run, blocks, look, place, rooted=rooted)))
    parts += [each for each in about if not each.is_elsewhere]
    parts += [Part(f"answer:{number}", *each) for number, each in enumerate(more, 2)]
    if len(more) >= MOST_MESSAGES:
        parts.append(Part(FILE, answers.WHOLE_ANSWER, (), file=whole_answer(run, look.hosts)))
    if _deserves_notice(run, look.notify_after):
        parts.append(_notice(run))
    parts += [each for each in about if each.is_elsewhere]
    return tuple(parts)


def mention(person: Person) -> str:
    """A person in mrkdwn: notifies in new messages, and only there."""
    return f"<@{person.user}>"


def _root(run: Run, look: Look, place: Place) -> Part:
    text = say.asked(mention(run.turn.asker), _question(run, look), look.team_title(run))
    blocks = [section(text)]
    if place.channel != run.turn.place.channel:
        blocks.insert(0, section(say.moved_here(run.turn.place.channel)))
    return Part(ROOT, shorten(text, 300), tuple(blocks))


def _with_question(
    run: Run, blocks: tuple[Block, ...], look: Look, place: Place, *, rooted: bool
) -> tuple[Block, ...]:
    """A question that was clicked, or asked in another channel, stands in no message here."""
    clicked = run.turn.origin in {Origin.AGAIN, Origin.FOLLOW_UP, Origin.SHORTCUT}
    if run.turn.files:
        files = announce(sent_along(run.turn.files), left_out(run.turn.files))
        blocks = (*blocks, context(*(escape_mrkdwn(shorten(each, 300)) for each in files)))
    if run.turn.instead_of:
        blocks = (
            context(teams.changed(look.team_title(run), look.title_of(run.turn.instead_of))),
            *blocks,
        )
    if rooted or not (clicked or place.channel != run.turn.place.channel):
        return blocks
    question = say.asked(mention(run.turn.asker), _question(run, look))
    return (section(shorten(question, LONGEST_REPEATED)), *blocks)


def _question(run: Run, look: Look) -> str:
    return escape_mrkdwn(shorten(look.question(run), 600))


def _deserves_notice(run: Run, after: timedelta) -> bool:
    if run.ended_at is None or run.state is State.STOPPED:
        return False
    began = max((each.closed_at for each in run.approvals if each.closed_at), default=None)
    return run.ended_at - (began or run.turn.taken_at) > after


def _notice(run: Run) -> Part:
    took = (run.ended_at or run.since) - run.turn.taken_at
    text = say.ready(mention(run.turn.asker), took)
    return Part(NOTICE, text, (section(text),))
