"""What only one person sees of their sign-in: the link or the code, and how it ended."""

from bot.domain.acting import Acting, SignInEnded, SignInOffer
from bot.slack.text.blocks import Block, actions, button, context, header, link_button, section
from bot.slack.text.safe import escape_mrkdwn, shorten
from bot.slack.words import general as say, reason, sign_in as sign_in_say

OPENED = "opened"  # the value of a button that has led to the sign-in already

Card = tuple[str, tuple[Block, ...]]


def draw_offer(offer: SignInOffer) -> Card:
    """The link, or the code and where to type it."""
    until = say.stamp(offer.expires_at)
    go = link_button(say.SIGN_IN_TO_FUSION, "sign_in", OPENED, offer.url)
    if offer.user_code:
        code = escape_mrkdwn(offer.user_code).replace("`", "")
        body, small = sign_in_say.type_the_code(code), sign_in_say.code_is_yours(until)
    else:
        body, small = sign_in_say.WHY, sign_in_say.link_is_yours(until)
    blocks = (
        section(f"{sign_in_say.TITLE}\n{body}"),
        actions("sign_in:offer", go),
        context(small),
    )
    return f"{sign_in_say.TITLE}: {body}", blocks


def draw_ended(ended: SignInEnded) -> Card:
    """How it ended; where it did not work, it can be begun anew."""
    if ended.user_name:
        text = sign_in_say.signed_in(escape_mrkdwn(ended.user_name))
        return text, (section(text),)
    text = sign_in_say.not_signed_in(escape_mrkdwn(shorten(reason(ended.why_not), 1000)))
    return text, (section(text), actions("sign_in:again", draw_sign_in_button()))


def draw_sign_in_button() -> Block:
    """Begins a sign-in for whoever presses it."""
    return button(say.SIGN_IN, "sign_in", "begin", style="primary")


def draw_identity(
    acting: Acting, *, people_sign_in: bool, offer: SignInOffer | None = None
) -> list[Block]:
    """In the App Home: who somebody is at Fusion, and how they act; `offer` is a sign-in begun."""
    blocks: list[Block] = [header(sign_in_say.HOME_TITLE)]
    if acting.why_not:
        blocks.append(section(f":no_entry: {escape_mrkdwn(reason(acting.why_not))}"))
    elif acting.is_shared:
        blocks.append(section(sign_in_say.acts_shared(escape_mrkdwn(acting.user_name))))
    elif acting.is_signed_in or not people_sign_in:
        blocks.append(section(sign_in_say.acts_as_self(escape_mrkdwn(acting.user_name))))
        if people_sign_in:
            blocks.append(actions("home:sign_out", button(say.SIGN_OUT, "sign_out", "home")))
    elif offer is not None:
        blocks += draw_offer(offer)[1]
    else:
        blocks.append(section(sign_in_say.NOT_YET))
        blocks.append(actions("home:sign_in", draw_sign_in_button()))
    return blocks
