"""The domain's pages: plain HTML without JavaScript, one card in the middle."""

from collections.abc import Iterable
from html import escape

from bot.playground.identity.sessions import Session
from bot.playground.identity.users import PASSWORD, User

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2b33; --soft: #5b6b75; --line: #cfd8dd; --card: #fff;
  --back: #eef2f4; --act: #0b6e99; --link: #0b6e99; --bad: #b3261e; --badback: #fdecea }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eef1; --soft: #a3b2bb; --line: #43525b;
  --card: #1d262b; --back: #12181b; --act: #1479a6; --link: #6cc4ea; --bad: #ff8a80;
  --badback: #3a1f1d } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px;
  background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 400px; padding: 32px; background: var(--card);
  border: 1px solid var(--line); border-radius: 12px; box-shadow: 0 8px 24px rgb(0 0 0 / .08) }
h1 { margin: 0 0 4px; font-size: 22px; line-height: 1.3 }
p { margin: 0 0 16px; color: var(--soft) }
strong { color: var(--ink) }
label { display: block; margin: 0 0 4px; font-weight: 600 }
input { width: 100%; margin: 0 0 16px; padding: 10px 12px; font: inherit; color: inherit;
  background: transparent; border: 1px solid var(--line); border-radius: 8px }
input.code { font-size: 24px; letter-spacing: .15em; text-align: center; text-transform: uppercase }
button { padding: 10px 20px; font: inherit; font-weight: 600; border-radius: 8px; cursor: pointer;
  border: 1px solid var(--line); background: transparent; color: inherit }
button.main { border-color: var(--act); background: var(--act); color: #fff }
input:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid var(--link);
  outline-offset: 2px }
nav { display: flex; gap: 12px }
a { color: var(--link) }
.bad { padding: 10px 12px; border-radius: 8px; background: var(--badback); color: var(--bad) }
.hint { margin: 24px 0 0; padding-top: 16px; border-top: 1px solid var(--line); font-size: 14px }
"""


def draw_sign_in(
    people: Iterable[User],
    *,
    why: str,
    user_name: str = "",
    problem: str = "",
    user_code: str = "",
    cancel: str = "cancel",
) -> str:
    """User name and password; the form goes to the page's own address."""
    names = "".join(
        f'<option value="{escape(each.name)}">{escape(each.display_name)}</option>'
        for each in people
    )
    return _draw_page(
        "Sign in",
        f"""<h1>Sign in</h1><p>{escape(why)}</p>{_draw_problem(problem)}
<form method="post">{_draw_hidden("user_code", user_code)}
<label for="username">User name</label>
<input id="username" name="username" list="people" value="{escape(user_name)}" required autofocus
 autocomplete="username" autocapitalize="none" spellcheck="false">
<datalist id="people">{names}</datalist>
<label for="password">Password</label>
<input id="password" name="password" type="password" required autocomplete="current-password">
<nav><button class="main" name="press" value="sign_in">Sign in</button>
<button name="press" value="{escape(cancel)}" formnovalidate>Cancel</button></nav></form>
<p class="hint">This identity domain is emulated. Everybody&rsquo;s password is
<strong>{escape(PASSWORD)}</strong> at first.</p>""",
    )


def draw_go_on(session: Session, *, why: str, sign_out: str) -> str:
    """For somebody who is signed in already: go on, cancel, or sign out to be somebody else."""
    return _draw_page(
        "Sign in",
        f"""<h1>Continue as {escape(session.user.display_name)}?</h1><p>{escape(why)}</p>
<form method="post">{_draw_hidden("form_token", session.form_token)}
<nav><button class="main" name="press" value="go_on">Continue</button>
<button name="press" value="cancel">Cancel</button></nav></form>{_draw_who(session, sign_out)}""",
    )


def draw_user_code(*, user_code: str = "", problem: str = "") -> str:
    """Asks for the code that the device shows; one from the link is to be compared, not trusted."""
    return _draw_page(
        "Connect a device",
        f"""<h1>Connect a device</h1><p>Enter the code that your device or app shows.</p>
{_draw_problem(problem)}<form method="post"><label for="user_code">Code</label>
<input class="code" id="user_code" name="user_code" value="{escape(user_code)}" required autofocus
 autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder="XXXX-XXXX">
<nav><button class="main" name="press" value="find">Next</button></nav></form>""",
    )


def draw_device_question(session: Session, *, client: str, user_code: str, sign_out: str) -> str:
    """Whether the device may act as the person who is signed in."""
    return _draw_page(
        "Allow access",
        f"""<h1>Allow {escape(client)}?</h1>
<p>It asks to act as <strong>{escape(session.user.display_name)}</strong> at Oracle Fusion. Its code
is <strong>{escape(user_code)}</strong>. Allow it only if you began this yourself.</p>
<form method="post">{_draw_hidden("user_code", user_code)}
{_draw_hidden("form_token", session.form_token)}
<nav><button class="main" name="press" value="allow">Allow</button>
<button name="press" value="deny">Deny</button></nav></form>{_draw_who(session, sign_out)}""",
    )


def draw_message(title: str, text: str) -> str:
    """A page that only says something."""
    return _draw_page(title, f"<h1>{escape(title)}</h1><p>{escape(text)}</p>")


def _draw_page(title: str, body: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{escape(title)} – Identity domain</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>
<body><main>{body}</main></body></html>"""


def _draw_problem(problem: str) -> str:
    return f'<p class="bad" role="alert">{escape(problem)}</p>' if problem else ""


def _draw_hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value)}">' if value else ""


def _draw_who(session: Session, sign_out: str) -> str:
    return f"""<p class="hint">Signed in as {escape(session.user.name)}.
<a href="{escape(sign_out)}">Sign out</a></p>"""
