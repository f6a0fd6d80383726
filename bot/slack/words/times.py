"""Times that everybody reads in their own zone: Slack's date tokens."""

from datetime import datetime


def date_token(when: datetime, style: str) -> str:
    """A time in this style ("{time}", "{date_short_pretty}"), with UTC where it cannot be shown."""
    return f"<!date^{int(when.timestamp())}^{style}|{when:%Y-%m-%d %H:%M} UTC>"
