"""Every setting: read once, checked at once. The only place that knows the environment.

values  the settings with their types and defaults       sources  where they are read from
file    the structured part, in bot.toml                 checks   what is wrong with them together
sentences     what pydantic found wrong, in our words
placeholders  what was copied from an example and not filled in
"""

from bot.settings.file import AgentTeamSettings
from bot.settings.grant_checks import GRANTS
from bot.settings.sources import WrongSettings, read_settings
from bot.settings.values import Settings

__all__ = ["GRANTS", "AgentTeamSettings", "Settings", "WrongSettings", "read_settings"]
