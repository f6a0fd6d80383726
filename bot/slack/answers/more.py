"""More about an answer, for whoever wants it: its sources in full, its steps, what it took."""

from bot.domain.answer import Answer, Citation, Node
from bot.domain.run import Run
from bot.slack.text.blocks import Block, button, context, menu, option, section
from bot.slack.text.links import AllowedHosts
from bot.slack.text.safe import escape_mrkdwn, fitting, link, plain_text_object, shorten
from bot.slack.words import answers as say, general as sentences

MENU = "answer_menu"
AGAIN, AFRESH, ELSEWHERE = "again", "afresh", "elsewhere"
PIECE = 2900
MOST_BLOCKS = 100  # of a modal
STEPS_SHOWN = 90


def draw_more_buttons(run: Run, answer: Answer, *, with_steps: bool) -> list[Block]:
    """What can be looked at, and ways to go on; a row of actions."""
    buttons = []
    if any(each.text.strip() for each in answer.citations):
        buttons.append(button(say.SOURCES_IN_FULL, "answer_sources", run.id))
    if with_steps and answer.nodes:
        buttons.append(button(say.STEPS, "answer_steps", run.id))
    ways = (
        option(sentences.ASK_AGAIN, f"{AGAIN}:{run.id}"),
        option(say.NEW_CONVERSATION, f"{AFRESH}:{run.id}"),
        option(say.IN_NEW_THREAD, f"{ELSEWHERE}:{run.id}"),
    )
    return [*buttons, menu(MENU, *ways)]


def draw_footer(run: Run, team: str) -> Block:
    """Who answered, how long it took, and how many tokens it cost, as far as that is known."""
    answer = run.answer or Answer()
    pieces = [team]
    if run.ended_at is not None:
        pieces.append(say.took(run.ended_at - run.turn.taken_at))
    if answer.input_tokens is not None or answer.output_tokens is not None:
        pieces.append(say.tokens(answer.input_tokens or 0, answer.output_tokens or 0))
    return context(" · ".join(pieces))


def draw_sources(answer: Answer, hosts: AllowedHosts) -> Block:
    """The modal with what each source says."""
    blocks: list[Block] = []
    for number, each in enumerate(answer.citations, 1):
        blocks.append(section(f"*{number}. {_title(each, hosts)}*"))
        rest = each.text.strip()
        while rest:
            piece = fitting(rest, PIECE) or rest[:1]
            blocks.append(section(f"> {escape_mrkdwn(piece)}".replace("\n", "\n> ")))
            rest = rest[len(piece) :].lstrip()
    return _modal(say.SOURCES_IN_FULL, blocks)


def draw_steps(answer: Answer) -> Block:
    """The modal with the steps of the job."""
    lines = [section(_step(n, each)) for n, each in enumerate(answer.nodes[:STEPS_SHOWN], 1)]
    hidden = len(answer.nodes) - STEPS_SHOWN
    return _modal(
        say.STEPS, [*lines, *([context(sentences.and_more(hidden))] if hidden > 0 else [])]
    )


def _modal(title: str, blocks: list[Block]) -> Block:
    if len(blocks) > MOST_BLOCKS:
        blocks = [*blocks[: MOST_BLOCKS - 1], context(say.NOT_ALL)]
    return {
        "type": "modal",
        "callback_id": "answer_more",
        "title": plain_text_object(title, 24),
        "close": plain_text_object(say.CLOSE, 24),
        "blocks": blocks or [section(say.NOTHING_MORE)],
    }


def _title(citation: Citation, hosts: AllowedHosts) -> str:
    title = shorten(citation.title.strip() or citation.url, 150)
    shown = link(citation.url, title, hosts) if citation.url else escape_mrkdwn(title)
    page = sentences.page(escape_mrkdwn(shorten(citation.page, 20))) if citation.page else ""
    return f"{shorten(shown, 2000) if not citation.url else shown}{page}"


def _step(number: int, node: Node) -> str:
    name = escape_mrkdwn(shorten(node.name.strip() or node.kind, 200)) or say.A_STEP
    about = [escape_mrkdwn(shorten(each, 60)) for each in (node.kind, node.status) if each.strip()]
    if node.seconds is not None:
        about.append(say.seconds(node.seconds))
    return f"{number}. *{name}*" + (f" – {', '.join(about)}" if about else "")
