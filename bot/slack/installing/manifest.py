"""The Slack app's manifest: what the code listens to and what it may do, for one deployment.

manifest.yml is what this prints for Socket Mode; a test holds the two, and the scopes and events
to the code. Schema: slackapi/manifest-schema 2.0.
"""

from typing import Any

import yaml

# Each scope with what it is needed for.
SCOPES = {
    "app_mentions:read": "hear mentions",
    "assistant:write": "be an agent, with its place in the side bar",
    "channels:history": "hear replies in threads, and find a message that may have been posted",
    "channels:read": "name channels in questions",
    "chat:write": "answer",
    "commands": "the slash command",
    "files:read": "read texts that people attach to a question",
    "files:write": "post a very long answer as a file as well",
    "groups:history": "the same in private channels",
    "groups:read": "the same in private channels",
    "im:history": "hear direct messages",
    "im:write": "answer in a direct message where a channel cannot be written to",
    "reactions:read": "stop where the asker puts a cross on the message",
    "usergroups:read": "know who is in a user group that may decide approvals",
    "users:read": "name people in questions",
    "users:read.email": "the asker's e-mail address, where an agent team's parameters name it",
}
# Each event with what it is.
EVENTS = {
    "agent_session_stopped": "Slack's own Stop was pressed",
    "app_context_changed": "somebody looks at another channel beside their direct messages",
    "app_home_opened": "somebody looks at the App Home",
    "app_mention": "a mention",
    "message.channels": "a reply in a public channel's thread",
    "message.groups": "a reply in a private channel's thread",
    "message.im": "a direct message",
    "app_uninstalled": "the app was removed from a workspace",
    "reaction_added": "a cross on a message of ours",
    "tokens_revoked": "the app's token was taken back",
}

SHORTCUTS = (
    {
        "name": "Ask Fusion about this",
        "type": "message",
        "callback_id": "ask_about_message",
        "description": "Ask an Oracle Fusion agent team about a message",
    },
    {
        "name": "Ask Fusion",
        "type": "global",
        "callback_id": "ask_fusion",
        "description": "Ask an Oracle Fusion agent team",
    },
)
DESCRIPTION = "Ask your Oracle Fusion AI agents"
LONG_DESCRIPTION = (
    "Mention the app in a channel, or write to it directly: it passes your question to an Oracle "
    "Fusion AI agent team and brings back the answer with its sources. A thread is a conversation. "
    "Where an agent needs an approval, the buttons are in the thread."
)
AGENT_DESCRIPTION = "Asks Oracle Fusion AI agent teams for you, and brings their answers back."


def build_manifest(
    *, socket: bool, command: str = "/fusion", public_url: str = "", many: bool = False
) -> dict[str, Any]:
    """The manifest; in HTTP mode Slack sends everything to `public_url`.

    `many` is for an app that people install themselves: in workspaces or for a whole organisation,
    with tokens that rotate.
    """
    requests = {} if socket else {"url": f"{public_url.rstrip('/')}/slack/events"}
    slash: dict[str, Any] = {
        "command": command,
        "description": "Ask an Oracle Fusion agent team",
        "usage_hint": (
            "[ask] QUESTION | agents | use CODE | new | stop | status | approvals | sign-in | "
            "sign-out | help"
        ),
        "should_escape": True,
        **requests,
    }
    settings: dict[str, Any] = {
        "event_subscriptions": {"bot_events": sorted(EVENTS)},
        "interactivity": {"is_enabled": True},
        "org_deploy_enabled": many,
        "socket_mode_enabled": socket,
        "token_rotation_enabled": many,
    }
    oauth: dict[str, Any] = {"scopes": {"bot": sorted(SCOPES)}}
    if many:
        oauth["redirect_urls"] = [f"{public_url.rstrip('/')}/slack/oauth_redirect"]
    if not socket:
        settings["event_subscriptions"]["request_url"] = requests["url"]
        settings["interactivity"]["request_url"] = requests["url"]
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Fusion",
            "description": DESCRIPTION,
            "long_description": LONG_DESCRIPTION,
            "background_color": "#2b2d42",
        },
        "features": {
            "agent_view": {"agent_description": AGENT_DESCRIPTION},
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Fusion", "always_online": True},
            "shortcuts": list(SHORTCUTS),
            "slash_commands": [slash],
        },
        "oauth_config": oauth,
        "settings": settings,
    }


def print_manifest(
    *, socket: bool, command: str = "/fusion", public_url: str = "", many: bool = False
) -> str:
    """The manifest as YAML, as Slack's app page takes it."""
    manifest = build_manifest(socket=socket, command=command, public_url=public_url, many=many)
    return yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=100)
