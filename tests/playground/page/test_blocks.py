"""Blocks, buttons and modals on the page are live, and mean what they say."""

import re

from playwright.async_api import Page, expect

from tests.playground.page.browsing import needs_chromium
from tests.playground.page.fake import JSON, FakeSlack, button, mrkdwn, plain
from tests.playground.page.opening import approval_modal, opened, shown


@needs_chromium
async def test_buttons_report_their_action_and_ask_first_where_they_must(
    page: Page, slack: FakeSlack
) -> None:
    sure = {
        "title": plain("Reject?"),
        "text": plain("Nothing is paid."),
        "confirm": plain("Yes, reject"),
    }
    approve = button("Approve", "approval_approve", value="run-1", style="primary")
    reject = button("Reject", "approval_reject", value="run-1", confirm=sure)
    actions = {"type": "actions", "block_id": "deciding", "elements": [approve, reject]}
    message = await shown(page, slack, actions)
    clicked = {"person": "U0ANNA", "channel": "C0FINANCE", "message_ts": message["ts"]}
    clicked |= {"block_id": "deciding", "value": "run-1"}
    await page.get_by_role("button", name="Approve", exact=True).click()
    assert await slack.posted("click") == {**clicked, "action_id": "approval_approve"}
    await page.get_by_role("button", name="Reject", exact=True).click()
    assert slack.posts == []
    await page.get_by_test_id("confirm").get_by_role("button", name="Yes, reject").click()
    assert await slack.posted("click") == {**clicked, "action_id": "approval_reject"}


@needs_chromium
async def test_feedback_selects_and_menus_are_live(page: Page, slack: FakeSlack) -> None:
    options = [{"text": plain(name), "value": name.lower()} for name in ("Finance", "Payroll")]
    feedback = {
        "type": "feedback_buttons",
        "action_id": "answer_feedback",
        "positive_button": {"text": plain("Good answer"), "value": "good"},
        "negative_button": {"text": plain("Bad answer"), "value": "bad"},
    }
    select: JSON = {"type": "static_select", "action_id": "choose_agent_team", "options": options}
    select["placeholder"] = plain("Agent team")
    menu = {"type": "overflow", "action_id": "more", "options": options}
    await shown(
        page,
        slack,
        {"type": "context_actions", "elements": [feedback]},
        {"type": "actions", "elements": [select, menu]},
    )
    await page.get_by_role("button", name="Bad answer").click()
    assert (await slack.posted("click"))["value"] == "bad"
    await page.get_by_role("combobox", name="Agent team").select_option("payroll")
    assert (await slack.posted("click"))["selected_option"] == options[1]
    await page.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Finance").click()
    clicked = await slack.posted("click")
    assert (clicked["action_id"], clicked["selected_option"]) == ("more", options[0])


@needs_chromium
async def test_a_modal_checks_submits_and_shows_errors_at_their_blocks(
    page: Page, slack: FakeSlack
) -> None:
    await opened(page, slack)
    await slack.send("view", view=approval_modal())
    modal = page.get_by_test_id("modal")
    await modal.get_by_role("button", name="Send").click()
    await expect(modal.get_by_role("alert")).to_have_text("Please complete this required field.")
    assert slack.posts == []
    slack.answers["submit"] = (200, {"ok": False, "errors": {"reply": "Say what should change."}})
    await modal.get_by_role("textbox", name="Your words").fill("Half of it")
    await modal.get_by_role("radio", name="An answer").check()
    await modal.get_by_role("button", name="Send").click()
    values = {"kind": {"kind": "answer"}, "reply": {"reply": "Half of it"}}
    assert await slack.posted("submit") == {"person": "U0ANNA", "view_id": "V1", "values": values}
    await expect(modal.get_by_role("alert")).to_have_text("Say what should change.")
    await page.keyboard.press("Escape")
    assert await slack.posted("close") == {"person": "U0ANNA", "view_id": "V1"}
    await slack.send("view_closed", id="V1")
    await expect(modal).to_have_count(0)


@needs_chromium
async def test_2026_blocks_show_what_they_mean(page: Page, slack: FakeSlack) -> None:
    states = ("complete", "in_progress", "error", "pending")
    tasks = [{"type": "task_card", "task_id": s, "title": f"Step {s}", "status": s} for s in states]
    rows = [
        [{"type": "raw_text", "text": text} for text in row]
        for row in (("Supplier", "Spend"), ("Acme", "9"))
    ]
    data = [
        rows[0],
        *(
            [
                {"type": "raw_text", "text": f"S{n}"},
                {"type": "raw_number", "value": n, "text": str(n)},
            ]
            for n in range(7)
        ),
    ]
    await shown(
        page,
        slack,
        {"type": "plan", "title": "Looking into it", "tasks": tasks},
        {"type": "table", "rows": rows},
        {"type": "data_table", "caption": "Spend", "rows": data, "page_size": 5},
        {
            "type": "markdown",
            "text": "## Policy\n\n- **Rail** first\n\n`code` [source](https://example.com/a)",
        },
        {"type": "brand_new", "block_id": "new"},
    )
    for label in ("Done", "In progress", "Failed", "Not started"):
        await expect(page.get_by_role("img", name=label)).to_be_visible()
    await expect(page.get_by_role("cell", name="Acme")).to_be_visible()
    await page.get_by_role("button", name="Spend").click()
    await page.get_by_role("button", name="Spend").click()
    await expect(page.get_by_role("rowheader").first).to_have_text("S6")
    await expect(page.get_by_text("Page 1 of 2")).to_be_visible()
    await expect(page.get_by_role("heading", name="Policy")).to_be_visible()
    link = page.get_by_role("link", name="source")
    await expect(link).to_have_attribute("rel", re.compile("noopener"))
    await expect(page.get_by_text("[brand_new: not shown in the playground]")).to_be_visible()


@needs_chromium
async def test_tokens_are_live_only_where_slack_would_make_them_so(
    page: Page, slack: FakeSlack
) -> None:
    message = await shown(
        page,
        slack,
        mrkdwn("live: <@U0BEN> <!here> <https://example.com|a page> 10:30:45 :tada:"),
        mrkdwn(
            "dead: &lt;!channel&gt; &amp;lt;@U0BEN&amp;gt; &lt;https://evil.example|click&gt; 2*3*4 a_b_c"
        ),
        {"type": "markdown", "text": "also live: <!channel>, escaped: &lt;!everyone&gt;"},
        {"type": "markdown", "text": "![chart](https://evil.example/x.png)"},
        {"type": "image", "image_url": "https://evil.example/y.png", "alt_text": "A chart"},
    )
    row = page.locator(f"[data-ts='{message['ts']}']")
    await expect(row.locator(".mention")).to_have_text(["@Ben Carter", "@here", "@channel"])
    await expect(row).to_contain_text("10:30:45 🎉")
    dead = "dead: <!channel> &lt;@U0BEN&gt; <https://evil.example|click> 2*3*4 a_b_c"
    await expect(row).to_contain_text(dead)
    await expect(row).to_contain_text("escaped: <!everyone>")
    await expect(row.locator("img")).to_have_count(0)
    await expect(row.get_by_role("link")).to_have_text(
        ["a page", "https://evil.example", "chart", "A chart"]
    )
