"""Times as engines keep them: microseconds since 1970 in UTC, exactly."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def build_time(time: datetime) -> int:
    """Microseconds since 1970 in UTC."""
    return (time - _EPOCH) // _MICROSECOND


def read_time(microseconds: int) -> datetime:
    """The aware UTC time."""
    return _EPOCH + timedelta(microseconds=microseconds)
