"""The page in a real browser, against a small fake of the HTTP interface that it is written for."""

import asyncio
import itertools
import json
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright, expect

PAGE = Path(__file__).parents[2] / "bot" / "playground" / "page"
DIST = PAGE / "dist"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None,
    reason="No Chromium is installed, so the page cannot be opened: apt-get install chromium",
)

JSON = dict[str, Any]


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> JSON:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(text: str, action_id: str, **more: object) -> JSON:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


class FakeSlack:
    """Serves the built page, one state for everybody, and the events that a test sends."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, JSON]] = []
        self.answers: dict[str, tuple[int, JSON]] = {}
        self.extra: JSON = {}
        self.messages: list[JSON] = []
        self.state_reads = 0
        self.url = ""
        self._streams: list[tuple[str, asyncio.Queue[JSON | None]]] = []
        self._moved = asyncio.Condition()
        self._ts = itertools.count(1)

    def message(self, text: str = "", *, user: str = "U0FUSION", **more: object) -> JSON:
        message: JSON = {
            "channel": "C0FINANCE",
            "ts": f"1790000{next(self._ts):03}.000100",
            "thread_ts": None,
            "user": user,
            "bot_id": "B0FUSION" if user == "U0FUSION" else None,
            "text": text,
            "blocks": None,
            "edited": False,
            "ephemeral_for": None,
            "reactions": [],
            "files": [],
            **more,
        }
        self.messages = [known for known in self.messages if known["ts"] != message["ts"]]
        self.messages.append(message)
        return message

    def state(self, person: str) -> JSON:
        people = [("U0ANNA", "Anna Schmidt"), ("U0BEN", "Ben Carter")]
        state: JSON = {
            "workspace": {"id": "T0PLAY", "name": "Playground"},
            "me": person,
            "bot": {"user_id": "U0FUSION", "name": "Fusion"},
            "people": [
                {
                    "id": key,
                    "name": name,
                    "display_name": name,
                    "email": "",
                    "is_bot": False,
                    "is_guest": False,
                    "color": color,
                }
                for (key, name), color in zip(people, ("b45309", "4f46e5"), strict=True)
            ],
            "channels": [
                {"id": key, "name": name, "type": kind, "member": True, "bot_is_member": True}
                for key, name, kind in (
                    ("C0FINANCE", "finance", "channel"),
                    ("C0GENERAL", "general", "channel"),
                    ("D0ANNA", "Fusion", "im"),
                )
            ],
            "suggestions": [
                {
                    "title": "A quick answer",
                    "message": "What is our travel policy?",
                    "what": "An answer with its sources.",
                }
            ],
            "commands": [{"command": "/fusion", "usage": "ask TEXT · agents · help"}],
            "messages": [m for m in self.messages if m["ephemeral_for"] in {None, person}],
            "views": [],
            "home": None,
            "statuses": [],
            "sessions": [],
            "cursor": 0,
        }
        return state | self.extra

    async def send(self, kind: str, **payload: object) -> None:
        """Tells every open page what happened."""
        for _, stream in self._streams:
            stream.put_nowait({"cursor": 1, "kind": kind, **payload})

    async def posted(self, path: str) -> JSON:
        """The body of the first post to a path that no earlier call returned."""

        def found() -> tuple[str, JSON] | None:
            return next((post for post in self.posts if post[0] == path), None)

        async with self._moved, asyncio.timeout(10):
            await self._moved.wait_for(lambda: found() is not None)
        post = found()
        assert post is not None
        self.posts.remove(post)
        return post[1]

    async def streaming(self, streams: int = 1) -> None:
        """Waits until that many pages follow the stream."""
        async with self._moved, asyncio.timeout(10):
            await self._moved.wait_for(lambda: len(self._streams) >= streams)

    def cut(self) -> None:
        """Ends every stream, as a playground that stops."""
        for _, stream in self._streams:
            stream.put_nowait(None)

    async def _read_state(self, request: web.Request) -> web.Response:
        self.state_reads += 1
        return web.json_response(self.state(request.query["person"]))

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b": open\n\n")
        queue: asyncio.Queue[JSON | None] = asyncio.Queue()
        entry = (request.query["person"], queue)
        async with self._moved:
            self._streams.append(entry)
            self._moved.notify_all()
        try:
            while (event := await queue.get()) is not None:
                await response.write(f"data: {json.dumps(event)}\n\n".encode())
        except ConnectionResetError:
            pass  # the page was closed
        finally:
            self._streams.remove(entry)
        return response

    async def _post(self, request: web.Request) -> web.Response:
        async with self._moved:
            self.posts.append((request.match_info["act"], await request.json()))
            self._moved.notify_all()
        status, body = self.answers.get(request.match_info["act"], (200, {"ok": True}))
        return web.json_response(body, status=status)

    async def _file(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(DIST / (request.match_info["path"] or "index.html"))

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/page/state", self._read_state)
        app.router.add_get("/page/events", self._stream)
        app.router.add_post("/page/{act}", self._post)
        app.router.add_get("/{path:.*}", self._file)
        return app


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    fake = FakeSlack()
    runner = web.AppRunner(fake.app(), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield fake
    fake.cut()
    await runner.cleanup()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, slack: FakeSlack) -> AsyncIterator[Page]:
    """A page whose every request is watched: none may leave the playground."""
    page = await browser.new_page(viewport={"width": 1400, "height": 900})
    elsewhere: list[str] = []
    crashes: list[str] = []

    def watch(url: str) -> None:
        if not url.startswith((slack.url, "data:")):
            elsewhere.append(url)

    page.on("request", lambda request: watch(request.url))
    page.on("pageerror", lambda error: crashes.append(str(error)))
    yield page
    await page.close()
    assert elsewhere == []
    assert crashes == []


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


def test_the_built_page_needs_nothing_from_elsewhere() -> None:
    html = (DIST / "index.html").read_text()
    assert "default-src 'none'" in html
    assert set(re.findall(r'(?:src|href)="(?!data:)([^"]+)"', html)) == {
        "assets/page.css",
        "assets/page.js",
    }
    css = (DIST / "assets" / "page.css").read_text()
    assert "@import" not in css
    assert re.findall(r"url\((?!['\"]?data:)", css) == []
    assert sorted(p.name for p in (DIST / "assets").iterdir()) == [
        "LICENSES.txt",
        "page.css",
        "page.js",
    ]


def test_the_lock_file_names_one_registry_and_what_is_asked_for_is_pinned() -> None:
    lock = json.loads((PAGE / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    hosts = {package["resolved"].split("/")[2] for package in packages.values()}
    assert hosts == {"registry.npmjs.org"}
    assert all(package["integrity"] for package in packages.values())
    asked = json.loads((PAGE / "package.json").read_text())["devDependencies"]
    assert all(
        packages[f"node_modules/{name}"]["version"] == version for name, version in asked.items()
    )
