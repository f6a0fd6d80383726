"""What /metrics shows of a bot at work, and that the dashboard asks for nothing else."""

import json
import re
from pathlib import Path

import aiohttp

from tests.stories.service import ANNA, BOT_TOML, FINANCE, ROOT, Service, service

DASHBOARD = ROOT / "deploy" / "grafana" / "fusion-slack.json"
NAME = re.compile(r"fusion_slack_\w+")


async def figures(house: Service) -> str:
    url = f"http://127.0.0.1:{house.port}/metrics"
    async with aiohttp.ClientSession() as session, session.get(url) as reply:
        assert reply.status == 200
        return await reply.text()


async def test_calls_budgets_and_runs_are_counted(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        house.fusion.faults.add("status", on="status", code=503)
        root = await house.slack.say(ANNA, FINANCE, "@Fusion sleep 3 to be read")
        await house.answered(FINANCE, root, "to be read")
        await house.slack.say(ANNA, FINANCE, "@Fusion hold the line")
        await house.fusion.wait_for_invocations(2)
        text = await figures(house)
    for line in (
        'fusion_slack_call_seconds_count{method="invokeAsync",result="202",system="fusion"} 2.0',
        'fusion_slack_call_seconds_count{method="status",result="503",system="fusion"} 1.0',
        'fusion_slack_call_seconds_count{method="client_credentials",result="ok",system="identity"} 1.0',
        'fusion_slack_effects_total{kind="invoke"} 2.0',
        'fusion_slack_runs{state="complete"} 1.0',
        "fusion_slack_replicas 1.0",
    ):
        assert line in text
    assert 'method="chat.postMessage",result="ok",system="slack"' in text
    assert re.search(r'budget_left\{method="chat.update",workspace="T0PLAY"\} (\d+)', text)
    assert "fusion_slack_loop_lag_seconds_count" in text


async def test_a_job_is_not_read_the_moment_that_it_has_begun(tmp_path: Path) -> None:
    slowly = BOT_TOML.replace("shortest = 0.05\nlongest = 0.5", "shortest = 30\nlongest = 60")
    async with service(tmp_path, toml=slowly) as house:
        await house.slack.say(ANNA, FINANCE, "@Fusion echo hello")
        while 'fusion_slack_work{kind="watched"} 1.0' not in await figures(house):
            pass  # each look is a request, which gives way to everything else
        await house.slack.settled()
        assert 'fusion_slack_runs{state="running"} 1.0' in await figures(house)
        assert house.fusion.status_requests == 0


async def test_the_dashboard_asks_for_figures_that_there_are(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion echo hello")
        await house.answered(FINANCE, root, "echo: echo hello")
        there = set(NAME.findall(await figures(house)))
    dashboard = json.loads(DASHBOARD.read_text("utf-8"))
    asked = {
        name
        for panel in dashboard["panels"]
        for target in panel["targets"]
        for name in NAME.findall(target["expr"])
    }
    assert len(asked) > 8
    assert asked <= there
