"""The settings, with their types and defaults. Names are those of the environment, in lower case."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from bot.settings.file import (
    AgentTeamSettings,
    Approvals,
    Links,
    PatienceSettings,
    PollingSettings,
    Retention,
    Threads,
)

NO_SECRET = SecretStr("")


class Settings(BaseModel):
    """All settings. Secrets never show in a repr, and never come from bot.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slack_bot_token: SecretStr = NO_SECRET
    slack_app_token: SecretStr = NO_SECRET
    slack_signing_secret: SecretStr = NO_SECRET
    slack_api_url: str = "https://slack.com/api/"
    slack_command: str = "/fusion"

    fusion_base_url: str = ""
    fusion_api_version: Literal["v1", "v2"] = "v1"
    fusion_agent_team: str = ""
    fusion_timeout_seconds: float = Field(default=60, gt=0, le=600)
    fusion_grant: str = "client_credentials"
    fusion_token_url: str = ""
    fusion_client_id: str = ""
    fusion_client_secret: SecretStr = NO_SECRET
    fusion_client_auth: str = "client_secret_basic"
    fusion_scope: str = ""

    database_url: str = "sqlite:///data/bot.db"
    encryption_keys: SecretStr = NO_SECRET
    bot_host: str = "127.0.0.1"
    bot_port: int = Field(default=3000, ge=0, le=65535)
    public_url: str = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console", ""] = ""

    agent_teams: tuple[AgentTeamSettings, ...] = ()
    approvals: Approvals = Approvals()
    threads: Threads = Threads()
    polling: PollingSettings = PollingSettings()
    patience: PatienceSettings = PatienceSettings()
    retention: Retention = Retention()
    links: Links = Links()

    @property
    def uses_socket_mode(self) -> bool:
        """Whether Slack is reached by Socket Mode rather than HTTP."""
        return bool(self.slack_app_token.get_secret_value())

    @property
    def offered_teams(self) -> tuple[AgentTeamSettings, ...]:
        """The agent teams of bot.toml; FUSION_AGENT_TEAM names the default, alone if need be."""
        code = self.fusion_agent_team
        named = [each for each in self.agent_teams if each.code == code]
        if code and not named:
            named = [AgentTeamSettings(code=code)]
        return (*named, *(each for each in self.agent_teams if each not in named))


SECRETS = tuple(
    name for name, field in Settings.model_fields.items() if field.annotation is SecretStr
)
STRUCTURED = (
    "agent_teams",
    "approvals",
    "threads",
    "polling",
    "patience",
    "retention",
    "links",
)
FLAT = tuple(name for name in Settings.model_fields if name not in STRUCTURED)
