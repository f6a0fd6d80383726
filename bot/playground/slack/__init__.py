"""An emulated Slack: strict as Slack is, over real HTTP and WebSockets, driven from Python."""

from bot.playground.slack.delivery import Acknowledgement, Delivery
from bot.playground.slack.interactions import ButtonNotThere
from bot.playground.slack.message import Message, Version
from bot.playground.slack.people import NotAllowed
from bot.playground.slack.server import SlackServer
from bot.playground.slack.views import View
from bot.playground.slack.web_api import Call
from bot.playground.slack.world import NotThere

__all__ = [
    "Acknowledgement",
    "ButtonNotThere",
    "Call",
    "Delivery",
    "Message",
    "NotAllowed",
    "NotThere",
    "SlackServer",
    "Version",
    "View",
]
