"""Sign-in on another device (RFC 8628): device codes for the client, user codes for people."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from secrets import choice, token_urlsafe

from bot.playground.identity.clients import Client
from bot.playground.identity.families import Family
from bot.playground.identity.form import Refused, not_granted
from bot.playground.identity.users import User

_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # RFC 8628 section 6.1: no vowels, so no words
_SLOWER = timedelta(seconds=5)  # section 3.5
_EARLY = timedelta(milliseconds=250)  # a poll may come that much early: clocks are not exact


class DeviceState(StrEnum):
    """How far a device's sign-in is; USED once its tokens were given."""

    PENDING = "pending"
    ALLOWED = "allowed"
    DENIED = "denied"
    USED = "used"


@dataclass(slots=True, eq=False)
class Device:
    """A sign-in that a client began and a person ends elsewhere."""

    client: Client
    scope: str
    device_code: str = field(repr=False)
    user_code: str
    interval: timedelta
    ends: datetime
    polled_at: datetime | None = None
    state: DeviceState = DeviceState.PENDING
    user: User | None = None


class Devices:
    """All sign-ins on devices. `interval` and `life` are for those that begin from now on."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.interval = timedelta(seconds=5)
        self.life = timedelta(minutes=5)
        self._now = now
        self._by_device_code: dict[str, Device] = {}
        self._by_user_code: dict[str, Device] = {}

    def begin(self, client: Client, scope: str) -> Device:
        """A new sign-in; its user code looks like BCDF-GHJK."""
        letters = [choice(_LETTERS) for _ in range(8)]
        user_code = f"{''.join(letters[:4])}-{''.join(letters[4:])}"
        ends = self._now() + self.life
        device = Device(client, scope, token_urlsafe(32), user_code, self.interval, ends)
        self._by_device_code[device.device_code] = device
        self._by_user_code[_plain(user_code)] = device
        return device

    def waiting(self, user_code: str) -> Device | None:
        """The sign-in that waits for a person with this code, typed in any case, dash or not."""
        device = self._by_user_code.get(_plain(user_code))
        if device is None or device.state is not DeviceState.PENDING or self._now() >= device.ends:
            return None
        return device

    def allow(self, device: Device, user: User) -> None:
        """The person let the device act as this user."""
        device.state, device.user = DeviceState.ALLOWED, user

    def deny(self, device: Device) -> None:
        """The person refused."""
        device.state = DeviceState.DENIED

    def forget(self, user: User) -> None:
        """What this user allowed brings no tokens any more."""
        for device in self._by_device_code.values():
            if device.user is user and device.state is DeviceState.ALLOWED:
                self.deny(device)

    def poll(self, device_code: str, client: Client) -> Family:
        """The tokens' family once the person allowed it, and only once.

        Raises Refused, with `authorization_pending` and RFC 8628's other words (section 3.5).
        """
        device = self._by_device_code.get(device_code)
        if device is None or device.client is not client or device.state is DeviceState.USED:
            raise not_granted("The device code is not known, or its tokens were given already.")
        if self._now() >= device.ends:
            raise Refused(400, "expired_token", "The device code has expired.")
        self._check_pace(device)
        if device.state is DeviceState.DENIED:
            raise Refused(400, "access_denied", "The user did not allow the request.")
        if device.user is None:
            raise Refused(400, "authorization_pending", "The user has not decided yet.")
        if not device.user.active:
            raise Refused(400, "access_denied", "The user is deactivated.")
        device.state = DeviceState.USED
        return Family(client, device.user, device.scope)

    def _check_pace(self, device: Device) -> None:
        now, before = self._now(), device.polled_at
        device.polled_at = now
        if before is not None and now - before + _EARLY < device.interval:
            device.interval += _SLOWER
            raise Refused(400, "slow_down", "Polling is too fast: wait five seconds longer.")


def _plain(user_code: str) -> str:
    return "".join(each for each in user_code.upper() if each.isalpha())
