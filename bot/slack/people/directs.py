"""The direct messages with somebody."""

from bot.domain.turn import Person
from bot.slack.outbound import Outbound


async def open_direct(outbound: Outbound, person: Person) -> str:
    """The channel id of the bot's direct messages with a person.

    Raises SlackRefused, SlackUnavailable or SlackUnanswered.
    """
    arguments = {"users": person.user}
    reply = await outbound.call("conversations.open", person.workspace, arguments)
    return str(reply["channel"]["id"])
