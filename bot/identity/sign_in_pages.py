"""The pages of a sign-in in the browser: no script, nothing from elsewhere, every name escaped."""

from html import escape

from bot.identity.browser_sign_in import Confirmation
from bot.identity.page_words import PageWords, translated

_STYLE = """
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #1d1c1d; background: #f6f5f4; }
main { max-width: 30rem; margin: 12vh auto 0; padding: 2rem; background: #fff;
  border: 1px solid #ddd; border-radius: 12px; }
h1 { margin: 0 0 1rem; font-size: 1.35rem; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .4rem 1rem; margin: 1.2rem 0; }
dt { color: #616061; } dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
form { display: flex; gap: .75rem; }
button { font: inherit; padding: .5rem 1.1rem; border-radius: 8px; border: 1px solid #bbb;
  background: #fff; cursor: pointer; }
button.primary { color: #fff; background: #007a5a; border-color: #007a5a; }
.small { color: #616061; font-size: .9rem; }
@media (prefers-color-scheme: dark) {
  body { color: #e8e8e8; background: #1a1d21; } main { background: #222529; border-color: #444; }
  dt, .small { color: #ababad; } button { color: inherit; background: #2c2f33; border-color: #666; }
  button.primary { background: #007a5a; border-color: #007a5a; }
}
"""


def draw_confirmation(asked: Confirmation, say: PageWords) -> str:
    """Both accounts, and whether they are the person's own."""
    slack = asked.slack_name or asked.slack_email
    if asked.slack_email and asked.slack_email != slack:
        slack = f"{slack} ({asked.slack_email})"
    return _page(
        say.are_both_you,
        f"""<dl><dt>{escape(say.in_slack)}</dt><dd>{escape(slack)}</dd>
<dt>{escape(say.in_fusion)}</dt><dd>{escape(asked.fusion_user)}</dd></dl>
<p>{escape(say.what_follows)}</p>
<form method="post" action="callback"><input type="hidden" name="ticket"
value="{escape(asked.ticket)}"><button class="primary" name="press" value="confirm">\
{escape(say.yes)}</button>
<button name="press" value="decline">{escape(say.no)}</button></form>""",
        say,
    )


def draw_done(fusion_user: str, say: PageWords) -> str:
    """The person is signed in."""
    who = escape(say.in_fusion_you_are).format(user=f"<strong>{escape(fusion_user)}</strong>")
    return _page(say.signed_in, f"<p>{who} {escape(say.close)} {escape(say.goes_on)}</p>", say)


def draw_declined(say: PageWords) -> str:
    """The person said that it is not them."""
    return _page(say.nothing_connected, f"<p>{escape(say.close)}</p>", say)


def draw_failure(detail: str, say: PageWords) -> str:
    """Why the sign-in did not go on."""
    return _page(
        say.not_signed_in,
        f"""<p>{escape(translated(detail, say))}</p>
<p class="small">{escape(say.close)} {escape(say.begin_anew)}</p>""",
        say,
    )


def _page(title: str, body: str, say: PageWords) -> str:
    return f"""<!doctype html>
<html lang="{say.language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{escape(title)}</title><style>{_STYLE}</style></head>
<body><main><h1>{escape(title)}</h1>
{body}
</main></body></html>
"""
