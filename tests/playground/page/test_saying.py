"""Saying things on the page: channels, threads, suggestions."""

import pytest
from playwright.async_api import Page, expect

from tests.playground.page.browsing import needs_chromium
from tests.playground.page.fake import FakeSlack
from tests.playground.page.opening import opened


@needs_chromium
async def test_asking_in_a_channel_opens_the_thread_where_the_answer_comes(
    page: Page, slack: FakeSlack
) -> None:
    await opened(page, slack)
    question = slack.message("<@U0FUSION> Who pays?", user="U0ANNA")
    slack.answers["say"] = (200, {"ts": question["ts"]})
    box = page.get_by_role("textbox", name="Message #finance")
    await box.fill("@Fusion Who pays?")
    await box.press("Enter")
    said = await slack.posted("say")
    assert said == {"person": "U0ANNA", "channel": "C0FINANCE", "text": "@Fusion Who pays?"}
    await slack.send("message", message=question)
    answer = slack.message("Asking…", thread_ts=question["ts"])
    await slack.send("message", message=answer)
    thread = page.get_by_test_id("thread")
    await expect(thread.locator(f"[data-ts='{answer['ts']}']")).to_contain_text("Asking…")
    await slack.send("message", message={**answer, "text": "*We* do.", "edited": True})
    await expect(thread.locator(f"[data-ts='{answer['ts']}']")).to_contain_text("We do.")
    await expect(
        page.get_by_test_id("channel").get_by_role("button", name="1 reply")
    ).to_be_visible()


@needs_chromium
async def test_a_reply_is_sent_into_the_thread_and_stop_ends_the_session(
    page: Page, slack: FakeSlack
) -> None:
    root = slack.message("Working", user="U0ANNA")
    place = {"channel": "C0FINANCE", "thread_ts": root["ts"]}
    slack.extra = {"sessions": [{**place, "status": "processing"}]}
    await opened(page, slack, f"?person=U0ANNA&channel=C0FINANCE&thread={root['ts']}")
    await slack.send("status", status={**place, "status": "is thinking…"})
    await expect(page.get_by_test_id("status")).to_have_text("Fusion is thinking…")
    await page.get_by_role("button", name="Stop Fusion").click()
    assert await slack.posted("stop") == {"person": "U0ANNA", **place}
    await slack.send("session", session={**place, "status": "active"})
    await slack.send("status", **place, status="")
    await expect(page.get_by_test_id("session-stop")).to_have_count(0)
    await expect(page.get_by_test_id("status")).to_have_count(0)
    box = page.get_by_role("textbox", name="Reply in thread")
    await box.fill("and then?")
    await box.press("Enter")
    assert (await slack.posted("say"))["thread_ts"] == root["ts"]


@needs_chromium
async def test_a_refused_message_says_why_and_keeps_what_was_typed(
    page: Page, slack: FakeSlack
) -> None:
    root = slack.message("Root", user="U0ANNA")
    refusal = "Slash commands do not work in threads"
    slack.answers["say"] = (409, {"error": refusal})
    await opened(page, slack, f"?person=U0ANNA&channel=C0FINANCE&thread={root['ts']}")
    box = page.get_by_role("textbox", name="Reply in thread")
    await box.fill("/fusion help")
    await box.press("Enter")
    await expect(page.get_by_test_id("thread-composer").get_by_role("alert")).to_have_text(refusal)
    await expect(box).to_have_value("/fusion help")


@needs_chromium
@pytest.mark.parametrize(
    ("channel", "text"),
    [
        ("C0FINANCE", "@Fusion What is our travel policy?"),
        ("D0ANNA", "What is our travel policy?"),
    ],
)
async def test_a_suggestion_is_said_as_this_place_needs_it(
    page: Page, slack: FakeSlack, channel: str, text: str
) -> None:
    await opened(page, slack)
    await page.locator(f"[data-channel={channel}]").click()
    await page.get_by_test_id("suggestions").get_by_role("button", name="A quick answer").click()
    said = await slack.posted("say")
    assert (said["channel"], said["text"]) == (channel, text)


@needs_chromium
async def test_a_suggestion_in_a_thread_is_said_there_as_plain_text(
    page: Page, slack: FakeSlack
) -> None:
    root = slack.message("Root", user="U0ANNA")
    await opened(page, slack, f"?person=U0ANNA&channel=C0FINANCE&thread={root['ts']}")
    await page.get_by_role("button", name="Try this in the thread").click()
    await page.get_by_test_id("suggestions").get_by_role("button", name="A quick answer").click()
    said = await slack.posted("say")
    assert (said["text"], said["thread_ts"]) == ("What is our travel policy?", root["ts"])
