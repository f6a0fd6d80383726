"""assistant.threads.* and agents.sessions.* of the Web API."""

from typing import Any

from bot.playground.slack.agent_sessions import SESSION_STATUSES
from bot.playground.slack.arguments import Arguments, invalid
from bot.playground.slack.errors import SlackError
from bot.playground.slack.registry import method
from bot.playground.slack.workspace import Workspace

Json = dict[str, Any]

LOADING_MESSAGES = 10
PROMPTS = 4
TITLE = 200


def _thread(workspace: Workspace, arguments: Arguments) -> tuple[str, str]:
    channel = workspace.find_channel(arguments.required("channel_id", "channel_not_found"))
    if not channel.bot_is_member:
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    thread_ts = arguments.required("thread_ts")
    if not channel.has_thread(thread_ts):
        raise SlackError("thread_not_found")
    return channel.id, thread_ts


@method("assistant.threads.setStatus", scope="chat:write")
def set_status(workspace: Workspace, arguments: Arguments) -> Json:
    """Shows what the bot is doing below a thread; an empty status removes it."""
    thread = _thread(workspace, arguments)
    loading = arguments.items("loading_messages") or []
    if len(loading) > LOADING_MESSAGES:
        raise invalid(f"no more than {LOADING_MESSAGES} items allowed")
    if "status" not in arguments:
        raise invalid("missing required field: status")
    workspace.sessions.set_status(*thread, arguments.text("status"))
    return {}


@method("assistant.threads.setTitle", scope="assistant:write")
def set_title(workspace: Workspace, arguments: Arguments) -> Json:
    """Names a thread of the bot's direct messages."""
    thread = _thread(workspace, arguments)
    title = arguments.required("title")
    if len(title) > TITLE:
        raise invalid(f"must be less than {TITLE + 1} characters [json-pointer:/title]")
    workspace.sessions.titles[thread] = title
    return {}


@method("assistant.threads.setSuggestedPrompts", scope="assistant:write")
def set_suggested_prompts(workspace: Workspace, arguments: Arguments) -> Json:
    """Offers up to four prompts in the bot's direct messages with a person."""
    channel = workspace.find_channel(arguments.required("channel_id", "channel_not_found"))
    if not channel.is_im:
        raise SlackError("channel_type_not_supported")
    prompts = arguments.items("prompts")
    if not prompts or len(prompts) > PROMPTS:
        raise invalid(f"between 1 and {PROMPTS} prompts are required [json-pointer:/prompts]")
    for prompt in prompts:
        if not isinstance(prompt, dict) or not prompt.get("title") or not prompt.get("message"):
            raise invalid("each prompt needs a title and a message [json-pointer:/prompts]")
    workspace.sessions.prompts[channel.id, arguments.text("thread_ts") or None] = prompts
    workspace.changes.wake()
    return {}


@method("agents.sessions.setStatus", scope="chat:write")
def set_session_status(workspace: Workspace, arguments: Arguments) -> Json:
    """Creates the thread's agent session, or changes its status."""
    thread = _thread(workspace, arguments)
    status = arguments.required("status")
    if status not in SESSION_STATUSES:
        raise invalid(f"must be one of {', '.join(SESSION_STATUSES)} [json-pointer:/status]")
    title = arguments.text("title")
    if len(title) > TITLE:
        raise invalid(f"must be less than {TITLE + 1} characters [json-pointer:/title]")
    initiator = arguments.text("initiator_user_id") or None
    session = workspace.sessions.set_session(*thread, status, title, initiator)
    answer: Json = {"status": status, "agent_status": status, "title": session.title}
    if "agent_session_stopped" not in workspace.subscribed:
        answer["warning"] = "missing_agent_session_stopped_event_subscription"
    return answer


@method("agents.sessions.rename", scope="chat:write")
def rename_session(workspace: Workspace, arguments: Arguments) -> Json:
    """Gives the thread's agent session another title."""
    session = workspace.sessions.sessions.get(_thread(workspace, arguments))
    if session is None:
        raise SlackError("session_not_found")
    title = arguments.required("title")
    if len(title) > TITLE:
        raise invalid(f"must be less than {TITLE + 1} characters [json-pointer:/title]")
    session.title = title
    workspace.changes.wake()
    return {"title": title}
