"""What one person sees of their sign-in, and of themselves in the App Home."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.acting import Acting, SignInEnded, SignInOffer
from bot.domain.turn import Person
from bot.slack.people.sign_in_card import OPENED, Card, draw_ended, draw_identity, draw_offer
from bot.slack.threads.picture import Part
from tests.slack.drawing import assert_blocks_taken, assert_taken, buttons, mrkdwn_of, words

ANNA = Person("T1", "U-ANNA")
UNTIL = datetime(2026, 3, 2, 12, 10, tzinfo=UTC)
LINK = "https://bot.example.com/fusion/sign-in?state=abc"
HOSTILE = "<!channel> *bold* `x` & <https://evil.example|Fusion>"


def part(card: Card) -> Part:
    drawn = Part("card", *card)
    assert_taken(drawn)
    return drawn


def test_a_link_is_a_button_and_stands_in_no_text() -> None:
    drawn = part(draw_offer(SignInOffer(LINK, UNTIL)))
    button = buttons(drawn)["sign_in"]
    assert (button["url"], button["value"]) == (LINK, OPENED)
    assert "state=" not in "\n".join(mrkdwn_of(drawn))
    assert "good until <!date^" in words(drawn)


def test_a_code_stands_there_to_be_typed() -> None:
    offer = SignInOffer("https://id.example.com/device", UNTIL, "ABCD-`<!here>")
    drawn = part(draw_offer(offer))
    assert "`ABCD-&lt;!here&gt;`" in words(drawn)
    assert buttons(drawn)["sign_in"]["url"] == "https://id.example.com/device"


def test_the_end_names_the_user_or_says_why_not_and_begins_anew() -> None:
    good = part(draw_ended(SignInEnded(ANNA, f"anna {HOSTILE}")))
    assert "signed in to Fusion as *anna &lt;!channel&gt;" in words(good)
    assert buttons(good) == {}
    bad = part(draw_ended(SignInEnded(ANNA, why_not=f"It says: {HOSTILE * 50}")))
    assert "<!channel>" not in words(bad)
    assert buttons(bad)["sign_in"]["value"] != OPENED


def texts(home: list[dict[str, Any]]) -> str:
    assert_blocks_taken(home, "home")
    return words(Part("home", "x", tuple(home)))


@pytest.mark.parametrize(
    ("acting", "signs_in", "says", "actions"),
    [
        (Acting("svc", is_shared=True), False, "Everybody here acts in Fusion as *svc*", []),
        (Acting(is_shared=True), False, "as one shared identity", []),
        (Acting("anna", is_signed_in=True), True, "In Fusion you are *anna*", ["sign_out"]),
        (Acting("anna"), False, "In Fusion you are *anna*", []),
        (Acting(), True, "You are not signed in", ["sign_in"]),
        (Acting(why_not="You are a <guest>."), True, "You are a &lt;guest&gt;.", []),
    ],
)
def test_the_home_says_who_somebody_is_and_how_they_act(
    acting: Acting, signs_in: bool, says: str, actions: list[str]
) -> None:
    home = draw_identity(acting, people_sign_in=signs_in)
    assert says in texts(home)
    assert list(buttons(Part("home", "x", tuple(home)))) == actions


def test_a_sign_in_that_was_begun_in_the_home_stands_there() -> None:
    home = draw_identity(Acting(), people_sign_in=True, offer=SignInOffer(LINK, UNTIL))
    assert "This link is for you alone" in texts(home)
