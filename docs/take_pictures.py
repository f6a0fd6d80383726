"""Take the pictures in docs/pictures from the playground, with the real bot at work.

python docs/take_pictures.py [NAME …]     all of them, or those of approvals that are named

Needs Chromium on PATH.
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from approval_stories import STORIES, View
from playwright.async_api import Page, async_playwright

from bot.demo import Playground, playground

PICTURES = Path(__file__).parent / "pictures"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


async def ask(page: Page, question: str) -> None:
    """Ask in #finance and open the thread."""
    composer = page.get_by_role("textbox", name="Message #finance")
    await composer.fill(f"@Fusion {question}")
    await composer.press("Enter")


async def keep(page: Page, name: str) -> None:
    """Keep what is seen now."""
    PICTURES.mkdir(exist_ok=True)
    await page.screenshot(path=PICTURES / f"{name}.png")
    print(PICTURES / f"{name}.png")


async def take(page: Page) -> None:
    """All pictures in turn."""
    thread = page.get_by_test_id("thread")
    await ask(page, "Analyse the spend of this quarter")
    await thread.get_by_text("of").filter(has_text="2 of").first.wait_for(timeout=20_000)
    await keep(page, "progress")
    await ask(page, "Show me supplier spend")
    await thread.get_by_text("Sources").wait_for()
    await keep(page, "answer")
    await ask(page, "Approve invoice 4711")
    approve = thread.get_by_role("button", name="Approve", exact=True)
    await approve.wait_for()
    await keep(page, "approval")
    await approve.click()
    await thread.get_by_text("Approved by").wait_for()
    await thread.get_by_text("goes out with the next payment").wait_for()
    await keep(page, "decided")


async def look(page: Page, stage: Playground, view: View) -> None:
    """Go where the picture is taken."""
    place = f"person={view.person}&channel={view.channel}&thread={view.thread}"
    await page.goto(f"{stage.slack.page_url}?{place}")
    if view.home:
        await page.get_by_role("tab", name="Home").click()
    await page.wait_for_load_state("networkidle")
    await page.get_by_test_id("thread" if view.thread else "channel").wait_for()


@asynccontextmanager
async def browser(chromium: str) -> AsyncIterator[Page]:
    """A page in a browser with a profile of its own."""
    with tempfile.TemporaryDirectory() as profile:
        async with async_playwright() as tools:
            context = await tools.chromium.launch_persistent_context(
                profile,
                executable_path=chromium,
                headless=True,
                args=FLAGS,
                viewport={"width": 1280, "height": 860},
            )
            yield await context.new_page()
            await context.close()


async def main(wanted: list[str]) -> int:
    """Start the playground and a browser, and take the pictures, or those that are named."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("There is no Chromium on PATH.", file=sys.stderr)
        return 1
    async with browser(chromium) as page:
        if not wanted:
            async with playground() as stage:
                await page.goto(f"{stage.slack.page_url}?person=U0ANNA&channel=C0FINANCE")
                await take(page)
        for name in wanted or STORIES:
            async with playground(pace=0.3) as stage:
                await look(page, stage, await STORIES[name](stage))
                await keep(page, f"approval-{name}")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
