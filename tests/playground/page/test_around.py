"""What is around the messages: marks, streams, the app home, people, narrow windows."""

import re

from playwright.async_api import Page, expect

from tests.playground.page.browsing import needs_chromium
from tests.playground.page.fake import FakeSlack, button
from tests.playground.page.opening import approval_modal, opened


@needs_chromium
async def test_a_message_shows_its_marks_and_its_sender_may_edit_and_delete_it(
    page: Page, slack: FakeSlack
) -> None:
    mine = slack.message("Hello <@U0FUSION> &amp; all", user="U0ANNA", edited=True)
    slack.message("Only Anna may decide", ephemeral_for="U0ANNA")
    slack.message("For Ben", ephemeral_for="U0BEN")
    slack.message(
        "Report",
        reactions=[{"name": "eyes", "users": ["U0BEN"]}],
        files=[{"id": "F1", "name": "report.md", "url": "/files/F1"}],
    )
    await opened(page, slack)
    await expect(page.get_by_text("Only visible to you")).to_have_count(1)
    await expect(page.get_by_text("For Ben")).to_have_count(0)
    await expect(page.get_by_role("link", name="report.md")).to_be_visible()
    await expect(page.get_by_title("Ben Carter reacted with :eyes:")).to_contain_text("👀")
    row = page.locator(f"[data-ts='{mine['ts']}']")
    await expect(row.get_by_text("(edited)")).to_be_visible()
    await row.hover()
    await row.get_by_role("button", name="Edit").click()
    editor = row.get_by_role("textbox", name="Edit message")
    await expect(editor).to_have_value("Hello @Fusion & all")
    await editor.fill("Hello again")
    await editor.press("Enter")
    assert (await slack.posted("edit"))["text"] == "Hello again"
    await row.hover()
    await row.get_by_role("button", name="Delete").click()
    await page.get_by_test_id("confirm").get_by_role("button", name="Delete").click()
    assert (await slack.posted("delete"))["ts"] == mine["ts"]
    await slack.send("deleted", channel="C0FINANCE", ts=mine["ts"])
    await expect(row).to_have_count(0)


@needs_chromium
async def test_after_a_broken_stream_the_page_reads_everything_again(
    page: Page, slack: FakeSlack
) -> None:
    await opened(page, slack)
    slack.message("Said meanwhile")
    slack.cut()
    await expect(page.get_by_text("Said meanwhile")).to_be_visible()
    assert slack.state_reads == 2
    await slack.streaming()
    await expect(page.get_by_text("Connected")).to_be_visible()


@needs_chromium
async def test_the_app_home_is_asked_for_shown_and_live(page: Page, slack: FakeSlack) -> None:
    await opened(page, slack)
    await page.locator("[data-channel=D0ANNA]").click()
    assert await slack.posted("home") == {"person": "U0ANNA", "tab": "messages"}
    await page.get_by_role("tab", name="Home").click()
    assert (await slack.posted("home"))["tab"] == "home"
    blocks = [{"type": "actions", "block_id": "b", "elements": [button("Sign in", "sign_in")]}]
    await slack.send(
        "home", home={**approval_modal(), "id": "VH", "type": "home", "blocks": blocks}
    )
    await page.get_by_test_id("home").get_by_role("button", name="Sign in").click()
    clicked = await slack.posted("click")
    assert (clicked["view_id"], clicked["action_id"]) == ("VH", "sign_in")


@needs_chromium
async def test_one_can_be_somebody_else_and_completions_help_to_type(
    page: Page, slack: FakeSlack
) -> None:
    await opened(page, slack)
    await page.get_by_role("combobox", name="You are").select_option("Ben Carter")
    await expect(page).to_have_url(re.compile("person=U0BEN"))
    box = page.get_by_role("textbox", name="Message #finance")
    await box.press_sequentially("@fu")
    await box.press("Enter")
    await expect(box).to_have_value("@Fusion ")
    await box.press_sequentially("hello")
    await box.press("Enter")
    said = await slack.posted("say")
    assert (said["person"], said["text"]) == ("U0BEN", "@Fusion hello")


@needs_chromium
async def test_a_narrow_window_keeps_everything_within_reach(page: Page, slack: FakeSlack) -> None:
    root = slack.message("A question", user="U0ANNA")
    slack.message("An answer", thread_ts=root["ts"])
    await page.set_viewport_size({"width": 420, "height": 800})
    await opened(page, slack)
    await page.get_by_role("button", name="1 reply").click()
    await page.get_by_role("button", name="Close thread").click()
    await page.get_by_role("button", name="Channels").click()
    await page.locator("[data-channel=C0GENERAL]").click()
    await expect(page.get_by_role("textbox", name="Message #general")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 420
