"""Files that people attach: small texts go along with the question, others are named and left out."""

from pathlib import Path

from bot.domain.attachment import LARGEST
from tests.stories.service import ANNA, FINANCE, service

ROWS = "invoice,amount\n4711,EUR 300\n4712,“€ 20”\n"


async def test_a_text_goes_along_and_people_are_told(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(
            ANNA, FINANCE, "@Fusion echo what is due?", files={"open items.csv": ROWS.encode()}
        )
        answer = await house.answered(FINANCE, root, "echo: echo what is due?")
        assert "Sent along: open items.csv" in answer.plain
        (invoked,) = house.fusion.invocations
        assert invoked.message == (
            "echo what is due?\n\n----- the attached file open items.csv begins -----\n"
            f"{ROWS}\n----- the attached file open items.csv ends -----"
        )


async def test_a_large_text_comes_in_pieces_and_goes_along_whole(tmp_path: Path) -> None:
    rows = "".join(f"{number},EUR {number * 3}\n" for number in range(5000))
    async with service(tmp_path) as house:
        root = await house.slack.say(
            ANNA, FINANCE, "@Fusion echo sum up", files={"items.csv": rows.encode()}
        )
        await house.answered(FINANCE, root, "echo: echo sum up")
        assert rows in house.fusion.invocations[0].message


async def test_what_is_no_text_or_too_large_is_named_and_the_question_asked(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        files = {
            "scan <!here>.pdf": b"%PDF",
            "log.txt": b"x" * (LARGEST + 1),
            **{f"{n}.txt": b"text" for n in range(6)},
        }
        root = await house.slack.say(ANNA, FINANCE, "@Fusion echo look", files=files)
        answer = await house.answered(FINANCE, root, "echo: echo look")
        assert "scan &lt;!here&gt;.pdf was not sent along: only texts" in answer.plain
        assert "log.txt was not sent along: it is larger than 100 KB" in answer.plain
        assert "5.txt was not sent along: 5 files are the most" in answer.plain
        assert "%PDF" not in house.fusion.invocations[0].message


async def test_a_file_that_cannot_be_read_holds_nothing_up(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion hold the first")
        await house.fusion.wait_for_invocations(1)
        await house.slack.say(ANNA, FINANCE, "echo later", root, {"a.txt": b"text"})
        await house.answered(FINANCE, root, "Queued")
        house.slack.workspace.files.clear()
        house.fusion.release_all()
        await house.answered(FINANCE, root, "echo: echo later")
        assert "(The attached file a.txt could not be read.)" in (
            house.fusion.invocations[1].message
        )


async def test_a_file_without_a_word_asks_nothing_and_its_sender_is_told_how_to(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        await house.slack.say(ANNA, FINANCE, "@Fusion", files={"a.txt": b"text"})
        await house.slack.until(lambda: house.slack.ephemerals(ANNA))
        assert "with your question in the same message" in house.slack.ephemerals(ANNA)[0].plain
        await house.slack.settled()
        assert not house.fusion.invocations
