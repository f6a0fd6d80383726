"""Logs: one line of JSON for each fact, or text on a terminal; no texts of people, no secrets."""

import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from bot.logs import LEVELS, TALKATIVE, set_up_logs

Written = Callable[[], str]


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    levels = {name: logging.getLogger(name).level for name in TALKATIVE}
    yield
    root.handlers = handlers
    root.setLevel(level)
    for name, each in levels.items():
        logging.getLogger(name).setLevel(each)
    structlog.reset_defaults()


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Written:
    return lambda: capsys.readouterr().err


def lines(written: Written) -> list[dict[str, object]]:
    return [json.loads(line) for line in written().splitlines()]


def fail(question: str) -> None:
    raise ValueError("a defect" if question else "another")


def test_a_fact_is_a_line_of_json(written: Written) -> None:
    set_up_logs("info", "json")
    structlog.get_logger("bot.here").info("ready", port=3000, team="Über\nGmbH")
    (line,) = lines(written)
    assert line["event"] == "ready"
    assert line["port"] == 3000
    assert (line["level"], line["logger"]) == ("info", "bot.here")
    assert str(line["timestamp"]).endswith("Z")


def test_the_standard_librarys_logs_look_the_same(written: Written) -> None:
    set_up_logs("info", "json")
    logging.getLogger("some.library").warning("odd: %s", 7)
    (line,) = lines(written)
    assert (line["event"], line["level"], line["logger"]) == ("odd: 7", "warning", "some.library")


@pytest.mark.parametrize("level", LEVELS)
def test_what_is_below_the_level_is_not_written(level: str, written: Written) -> None:
    set_up_logs(level, "json")
    logger = structlog.get_logger("bot.here")
    for each in LEVELS:
        getattr(logger, each)("fact")
    assert [line["level"] for line in lines(written)] == list(LEVELS[LEVELS.index(level) :])


@pytest.mark.parametrize("name", TALKATIVE)
def test_libraries_that_log_payloads_are_quiet_at_any_level(name: str, written: Written) -> None:
    set_up_logs("debug", "json")
    logging.getLogger(f"{name}.deep").debug("a payload")
    logging.getLogger(name).info("a body")
    logging.getLogger(name).warning("trouble")
    assert [line["event"] for line in lines(written)] == ["trouble"]


@pytest.mark.parametrize("style", ["json", "console"])
def test_a_defect_is_written_with_its_traceback_but_without_what_people_said(
    style: str, written: Written
) -> None:
    set_up_logs("info", style)
    said = " ".join(["what", "Anna", "asked"] * 2)  # not as it stands in this very line
    try:
        fail(said)
    except ValueError:
        structlog.get_logger("bot.here").exception("effect_failed", run="r1")
    text = written()
    assert "effect_failed" in text
    assert "a defect" in text
    assert "in fail" in text
    assert said not in text


def test_on_a_terminal_facts_are_text(written: Written) -> None:
    set_up_logs("info", "console")
    structlog.get_logger("bot.here").info("ready", port=3000)
    text = written()
    assert "ready" in text
    assert "port=3000" in text
    assert "\x1b" not in text
