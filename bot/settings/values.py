"""The settings, with their types and defaults. Names are those of the environment, in lower case."""

import re
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from bot.domain.openings import Openings
from bot.settings.file import (
    AgentSearch,
    AgentTeamSettings,
    Answers,
    Approvals,
    ChannelSettings,
    LimitSettings,
    Links,
    PatienceSettings,
    PollingSettings,
    Retention,
    SignIn,
    Threads,
    WorkspaceSettings,
)
from bot.settings.policies import PolicySettings
from bot.settings.table import UserId

NO_SECRET = SecretStr("")


class Settings(BaseModel):
    """All settings. Secrets never show in a repr, and never come from bot.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slack_bot_token: SecretStr = NO_SECRET
    slack_app_token: SecretStr = NO_SECRET
    slack_signing_secret: SecretStr = NO_SECRET
    slack_client_id: str = ""
    slack_client_secret: SecretStr = NO_SECRET
    slack_api_url: str = "https://slack.com/api/"
    slack_command: str = "/fusion"

    fusion_base_url: str = ""
    fusion_api_version: Literal["v1", "v2"] = "v1"
    fusion_status_api_version: Literal["v1", "v2", ""] = ""
    fusion_agent_team: str = ""
    fusion_timeout_seconds: float = Field(default=60, gt=0, le=600)
    fusion_grant: str = "client_credentials"
    fusion_token_url: str = ""
    fusion_authorize_url: str = ""
    fusion_device_url: str = ""
    fusion_revoke_url: str = ""
    fusion_client_id: str = ""
    fusion_client_secret: SecretStr = NO_SECRET
    fusion_client_auth: str = "client_secret_basic"
    fusion_scope: str = ""
    fusion_username: str = ""
    fusion_password: SecretStr = NO_SECRET
    fusion_private_key_file: str = ""
    fusion_key_id: str = ""
    fusion_certificate_file: str = ""
    fusion_assertion_issuer: str = ""
    fusion_assertion_audience: str = ""
    fusion_tenant_name: str = ""
    fusion_saml_assertion_file: str = ""
    fusion_refresh_token: SecretStr = NO_SECRET
    fusion_user_name_from: str = "email"

    database_url: SecretStr = SecretStr("sqlite:///data/bot.db")
    encryption_keys: SecretStr = NO_SECRET
    otel_exporter_otlp_endpoint: str = ""
    feedback_url: str = ""
    feedback_token: SecretStr = NO_SECRET
    bot_host: str = "127.0.0.1"
    bot_port: int = Field(default=3000, ge=0, le=65535)
    public_url: str = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console", ""] = ""

    agent_teams: tuple[AgentTeamSettings, ...] = ()
    agent_search: AgentSearch = AgentSearch()
    answers: Answers = Answers()
    approvals: Approvals = Approvals()
    threads: Threads = Threads()
    sign_in: SignIn = SignIn()
    workspaces: dict[str, WorkspaceSettings] = Field(default_factory=dict)
    channels: dict[str, ChannelSettings] = Field(default_factory=dict)
    users: dict[str, str] = Field(default_factory=dict)
    approval_policies: tuple[PolicySettings, ...] = ()
    managers: dict[UserId, UserId] = Field(default_factory=dict)
    polling: PollingSettings = PollingSettings()
    patience: PatienceSettings = PatienceSettings()
    retention: Retention = Retention()
    limits: LimitSettings = LimitSettings()
    links: Links = Links()

    @property
    def database(self) -> str:
        """DATABASE_URL as it may be shown: without a user's name and password."""
        url = self.database_url.get_secret_value().partition("?")[0]
        return re.sub(r"(?<=://)[^/]*@", "", url)

    @property
    def has_one_owner(self) -> bool:
        """Whether one process alone can have the database open to write: an SQLite file."""
        return self.database_url.get_secret_value().startswith("sqlite")

    @property
    def serves_many_workspaces(self) -> bool:
        """Whether people install the app themselves, in as many workspaces as they like."""
        return bool(self.slack_client_id) and not self.slack_bot_token.get_secret_value()

    @property
    def status_api_version(self) -> Literal["v1", "v2"]:
        """The version that jobs are read by: the one that they are started by, unless it is given."""
        return self.fusion_status_api_version or self.fusion_api_version

    @property
    def our_workspaces(self) -> frozenset[str]:
        """The workspaces and organisations whose people are the company's own; none: all."""
        return frozenset(name for name, each in self.workspaces.items() if each.ours)

    @property
    def believes_any_workspace(self) -> bool:
        """Whether who installs the app decides as whom their people act at Fusion."""
        by_slack_alone = self.acts_as_one or self.fusion_grant in {"jwt_bearer", "saml2_bearer"}
        return self.serves_many_workspaces and by_slack_alone and not self.our_workspaces

    @property
    def uses_socket_mode(self) -> bool:
        """Whether Slack is reached by Socket Mode rather than HTTP."""
        return bool(self.slack_app_token.get_secret_value())

    @property
    def acts_as_one(self) -> bool:
        """Whether everybody acts with one identity at Fusion, rather than each person as themselves."""
        if self.fusion_grant == "saml2_bearer":
            return "{user}" not in self.fusion_saml_assertion_file
        return self.fusion_grant in {"client_credentials", "password", "refresh_token"}

    @property
    def searches_teams(self) -> bool:
        """Whether people may ask teams that no setting names."""
        mode = self.agent_search.mode
        return mode == "on" or (mode == "auto" and not self.acts_as_one)

    @property
    def revoke_url(self) -> str:
        """Where tokens are taken back: FUSION_REVOKE_URL, or beside an identity domain's token endpoint."""
        beside = self.fusion_token_url.removesuffix("/oauth2/v1/token")
        known = beside != self.fusion_token_url
        return self.fusion_revoke_url or (f"{beside}/oauth2/v1/revoke" if known else "")

    @property
    def openings(self) -> Openings:
        """Which channels are open to guests and to people of other organisations."""
        return Openings({channel: each.opening() for channel, each in self.channels.items()})

    @property
    def tenant_name(self) -> str:
        """FUSION_TENANT_NAME, or the idcs-… of the token endpoint's host; "" where there is none."""
        host = (urlsplit(self.fusion_token_url).hostname or "").partition(".")[0]
        return self.fusion_tenant_name or (host if host.startswith("idcs-") else "")

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
    "agent_search",
    "answers",
    "approvals",
    "threads",
    "sign_in",
    "workspaces",
    "channels",
    "users",
    "approval_policies",
    "managers",
    "polling",
    "patience",
    "retention",
    "limits",
    "links",
)
KEPT = ("database_url", "encryption_keys", "retention")  # what commands on what is kept need
FLAT = tuple(name for name in Settings.model_fields if name not in STRUCTURED)
