"""When a rule is applied, and how patient we are."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a run stays where it is before it is given up."""

    sign_in: timedelta = timedelta(minutes=30)  # the person has yet to sign in
    invoking: timedelta = timedelta(minutes=15)  # Fusion cannot be asked
    unreadable: timedelta = timedelta(hours=1)  # a job's status cannot be read
    running: timedelta = timedelta(hours=24)
    waiting: timedelta = timedelta(days=30)
    grace: timedelta = timedelta(seconds=30)  # until a decision must show in the job's status


@dataclass(frozen=True, slots=True)
class Moment:
    """When a rule is applied, and how patient we are."""

    now: datetime
    patience: Patience
