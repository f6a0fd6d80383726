"""One installation of the app, as Slack grants it and as it is kept.

Source: docs.slack.dev, oauth.v2.access, "Token rotation", "Org-wide installed apps".
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

RENEW_BEFORE = timedelta(minutes=30)


class UnusableInstallation(ValueError):
    """Slack's reply is no installation that a bot can work with; the text is for its installer."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Where, as whom, with which token. `workspace` is "" where it is for a whole organisation.

    `expires_at` is "" for a token that does not rotate.
    """

    workspace: str
    enterprise: str
    name: str
    bot_user: str
    bot_token: str
    app: str = ""
    refresh_token: str = ""
    expires_at: str = ""
    url: str = ""
    scopes: tuple[str, ...] = ()
    installed_by: str = ""

    @property
    def key(self) -> str:
        """What it is kept under: the workspace, or the organisation."""
        return self.workspace or self.enterprise

    @property
    def is_for_organisation(self) -> bool:
        """Whether it is for all workspaces of an organisation."""
        return not self.workspace

    def must_be_renewed(self, now: datetime) -> bool:
        """Whether its token ends soon."""
        return (
            bool(self.expires_at) and now >= datetime.fromisoformat(self.expires_at) - RENEW_BEFORE
        )

    def serves(self, now: datetime) -> bool:
        """Whether its token has not ended."""
        return not self.expires_at or now < datetime.fromisoformat(self.expires_at)

    def renewed(self, reply: Mapping[str, Any], now: datetime) -> "Installation":
        """The same with the tokens of a renewal."""
        return replace(
            self,
            bot_token=str(reply["access_token"]),
            refresh_token=str(reply.get("refresh_token") or self.refresh_token),
            expires_at=_end(reply, now),
        )


def read_installation(reply: Mapping[str, Any], now: datetime) -> Installation:
    """What `oauth.v2.access` granted. Raises UnusableInstallation."""
    token = str(reply.get("access_token") or "")
    if not token or reply.get("token_type", "bot") != "bot":
        raise UnusableInstallation("Slack gave no bot token. Install the app again.")
    team, enterprise = _record(reply.get("team")), _record(reply.get("enterprise"))
    is_for_all = bool(reply.get("is_enterprise_install"))
    installation = Installation(
        workspace="" if is_for_all else str(team.get("id") or ""),
        enterprise=str(enterprise.get("id") or ""),
        name=str((enterprise if is_for_all else team).get("name") or ""),
        bot_user=str(reply.get("bot_user_id") or ""),
        bot_token=token,
        app=str(reply.get("app_id") or ""),
        refresh_token=str(reply.get("refresh_token") or ""),
        expires_at=_end(reply, now),
        scopes=tuple(sorted(filter(None, str(reply.get("scope") or "").split(",")))),
        installed_by=str(_record(reply.get("authed_user")).get("id") or ""),
    )
    if not installation.key:
        raise UnusableInstallation("Slack did not say where the app was installed.")
    return installation


def encode(installation: Installation) -> bytes:
    """As it is kept, before it is sealed."""
    return json.dumps(asdict(installation)).encode()


def decode(body: bytes) -> Installation:
    """As it was kept."""
    kept = json.loads(body)
    return Installation(**{**kept, "scopes": tuple(kept["scopes"])})


def _end(reply: Mapping[str, Any], now: datetime) -> str:
    seconds = int(reply.get("expires_in") or 0)
    return (now + timedelta(seconds=seconds)).isoformat() if seconds else ""


def _record(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
