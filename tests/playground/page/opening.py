"""Opening the page in a known state."""

from playwright.async_api import Page

from tests.playground.page.fake import JSON, FakeSlack, plain


async def opened(
    page: Page, slack: FakeSlack, query: str = "?person=U0ANNA&channel=C0FINANCE"
) -> None:
    await page.goto(slack.url + query)
    await slack.streaming()


async def shown(page: Page, slack: FakeSlack, *blocks: JSON) -> JSON:
    """Opens the page on one message of the bot with these blocks."""
    message = slack.message("fallback", blocks=list(blocks))
    await opened(page, slack)
    return message


def approval_modal() -> JSON:
    kinds = [
        {"text": plain("A change"), "value": "change"},
        {"text": plain("An answer"), "value": "answer"},
    ]
    text = {"type": "plain_text_input", "action_id": "reply", "multiline": True}
    radio = {
        "type": "radio_buttons",
        "action_id": "kind",
        "options": kinds,
        "initial_option": kinds[0],
    }
    return {
        "id": "V1",
        "callback_id": "approval_reply",
        "type": "modal",
        "title": plain("Request a change"),
        "submit": plain("Send"),
        "close": plain("Cancel"),
        "private_metadata": "",
        "errors": None,
        "blocks": [
            {"type": "input", "block_id": "kind", "label": plain("What is it?"), "element": radio},
            {"type": "input", "block_id": "reply", "label": plain("Your words"), "element": text},
        ],
    }
