"""Fixtures of what is written to Slack."""

import pytest

from bot.slack import outbound as gate


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "PAUSE", 0.0)
