"""The pages of a sign-in in the browser: no script, nothing from elsewhere, every name escaped."""

from html import escape

from bot.identity.browser_sign_in import Confirmation

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


def draw_confirmation(asked: Confirmation) -> str:
    """Both accounts, and whether they are the person's own."""
    slack = asked.slack_name or asked.slack_email
    if asked.slack_email and asked.slack_email != slack:
        slack = f"{slack} ({asked.slack_email})"
    return _page(
        "Are both of these you?",
        f"""<dl><dt>In Slack</dt><dd>{escape(slack)}</dd>
<dt>In Fusion</dt><dd>{escape(asked.fusion_user)}</dd></dl>
<p>If you go on, what this person asks and decides in Slack is done in Fusion as this user.
If somebody else sent you here, do not go on.</p>
<form method="post" action="callback"><input type="hidden" name="ticket"
value="{escape(asked.ticket)}"><button class="primary" name="press" value="confirm">Yes, go on</button>
<button name="press" value="decline">No</button></form>""",
    )


def draw_done(fusion_user: str) -> str:
    """The person is signed in."""
    return _page(
        "You are signed in",
        f"""<p>In Fusion you are <strong>{escape(fusion_user)}</strong>. You can close this page: what
you asked in Slack goes on by itself.</p>""",
    )


def draw_declined() -> str:
    """The person said that it is not them."""
    return _page("Nothing was connected", "<p>You can close this page.</p>")


def draw_failure(detail: str) -> str:
    """Why the sign-in did not go on."""
    return _page(
        "You are not signed in",
        f"""<p>{escape(detail)}</p>
<p class="small">You can close this page. In Slack, <code>/fusion sign-in</code> begins anew.</p>""",
    )


def _page(title: str, body: str) -> str:
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{escape(title)}</title><style>{_STYLE}</style></head>
<body><main><h1>{escape(title)}</h1>
{body}
</main></body></html>
"""
