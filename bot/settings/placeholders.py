"""Whether a setting still holds what an example has in its place: `https://<pod>`, `xoxb-…`."""

import re
from collections.abc import Iterator

from pydantic import SecretStr

from bot.settings.values import FLAT, Settings

# What the documents and .env.example write for what is different everywhere.
_PLACEHOLDER = re.compile(
    r"<[^>]*>?|>|…|\.\.\.|\byour-(?:pod|domain|client-id)\b|\bYOUR_AGENT_TEAM\b"
)
# A password may have any of these characters, so only one that is nothing else is doubted.
_WHOLE = re.compile(r"<[^>]*>|…|\.\.\.")
_SLACK_TOKENS = frozenset({"slack_bot_token", "slack_app_token"})
_PREFIXES = frozenset({"xoxb-", "xapp-"})


def placeholder_problems(settings: Settings) -> Iterator[str]:
    """Every setting of the environment that was not filled in; no secret's value is in a sentence."""
    for name in FLAT:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            if _is_unfilled(name, value.get_secret_value()):
                yield f"{name.upper()}: this still holds a placeholder. Replace it by your own."
        elif isinstance(value, str) and (found := _PLACEHOLDER.search(value)):
            yield (
                f"{name.upper()}: this still holds a placeholder, {found[0]}. Replace it by your own."
            )


def _is_unfilled(name: str, secret: str) -> bool:
    if name in _SLACK_TOKENS:
        return secret in _PREFIXES or bool(_PLACEHOLDER.search(secret))
    if name == "database_url":  # of which the user and the password are not looked at
        return bool(_PLACEHOLDER.search(secret.partition("?")[0].rpartition("@")[2]))
    return bool(_WHOLE.fullmatch(secret))
