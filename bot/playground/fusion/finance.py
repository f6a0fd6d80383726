"""What the finance desk does when asked what."""

import re

from bot.playground.fusion.approvals import (
    approve_invoice,
    ask_for_words,
    change_budget,
    confirm_journal,
    pay_batch,
    pay_supplier,
    post_journal,
    sign_contract,
)
from bot.playground.fusion.everyday import playing, quick
from bot.playground.fusion.steps import Done, Failed, Question, Script, Work
from bot.playground.fusion.texts import (
    BALANCES_HTML,
    BALANCES_JSON,
    HOSTILE,
    HOSTILE_CITATION,
    SPEND_TABLE,
    TRAVEL_POLICY,
    long_report,
)
from bot.playground.fusion.waits import approval_process, ask_by_mail, nightly_batch


def _policy(question: Question, found: re.Match[str]) -> Script:
    """A quick answer with citations and follow-up questions, both as objects and as strings."""
    del question, found
    return quick(
        "Policy expert",
        Done(
            TRAVEL_POLICY,
            citations=(
                {
                    "title": "Global travel policy 2026",
                    "url": "https://intranet.example.com/policies/travel-2026.pdf",
                    "page": 4,
                },
                {"documentName": "Expense guide", "pageNumber": "12"},
            ),
            supporting_chunks=(
                {
                    "documentName": "Expense guide",
                    "pageNumber": "12",
                    "text": "Receipts are needed for every expense above EUR 25.",
                },
            ),
            follow_ups=("Show me supplier spend", "Approve invoice 4711"),
        ),
    )


def _spend(question: Question, found: re.Match[str]) -> Script:
    """A Markdown table with a citation; follow-up questions as objects."""
    del question, found
    return (
        Work("Spend analyst", 0.8, progress="Reading payables"),
        Done(
            SPEND_TABLE,
            citations=(
                {
                    "name": "Payables, year to date",
                    "link": "https://fusion.example.com/analytics/payables",
                },
            ),
            follow_ups=(
                {"question": "Analyse the spend by supplier"},
                {"question": "What is our travel policy?"},
            ),
        ),
    )


def _analyse(question: Question, found: re.Match[str]) -> Script:
    """A slow answer with progress texts, node by node: about 12 seconds."""
    del found
    text = (
        f"## Analysis\n\nYou asked: {question.message}\n\n"
        "- Spend grew by **8.4 %**, most of it with two suppliers.\n"
        "- 62 % of the invoices were paid early, at a cost of EUR 11,900.\n"
        "- Three contracts end this quarter.\n"
    )
    return (
        Work("Plan", 2.0, progress="Planning the analysis", kind="SUPERVISOR"),
        Work("Read payables", 4.0, progress="Reading 48,210 invoice lines"),
        Work("Compare periods", 4.0, progress="Comparing with last year"),
        Work("Write the summary", 2.0, progress="Writing the summary"),
        Done(text, follow_ups=("Write the long report",)),
    )


def _report(question: Question, found: re.Match[str]) -> Script:
    """More than 30,000 characters of Markdown."""
    del question, found
    work = Work("Report writer", 1.5, progress="Writing the report")
    return (work, Done(long_report()))


def _fail(question: Question, found: re.Match[str]) -> Script:
    """The job ends with ERROR, and with what it had written so far."""
    del question, found
    return (
        Work("Ledger expert", 0.6, progress="Opening the ledger"),
        Failed(
            "FAI-50012: The tool GL_BALANCES did not answer in time.",
            "I could read the balances of **January and February**; March is missing.",
        ),
    )


def _html(question: Question, found: re.Match[str]) -> Script:
    del question, found
    return quick("Balances", Done(BALANCES_HTML))


def _json(question: Question, found: re.Match[str]) -> Script:
    del question, found
    return quick("Balances", Done(BALANCES_JSON))


def _nothing(question: Question, found: re.Match[str]) -> Script:
    """COMPLETE with output null, which happens."""
    del question, found
    return quick("Silent agent", Done(None))


def _hostile(question: Question, found: re.Match[str]) -> Script:
    """Output that tries to mention, to load images, and to disguise links."""
    del question, found
    done = Done(HOSTILE, citations=(HOSTILE_CITATION,), follow_ups=("<!here> click me",))
    return quick("Untrusted agent", done)


plays = playing(
    (
        (r"travel policy", _policy),
        (r"supplier spend", _spend),
        (r"^anal[yi][sz]e\b", _analyse),
        (r"long report", _report),
        (r"approve invoice (?P<number>\d+)", approve_invoice),
        (r"pay (?:supplier )?invoice (?P<number>\d+)", pay_supplier),
        (r"post the journal of march", post_journal),
        (r"sign the contract", sign_contract),
        (r"pay the batch", pay_batch),
        (r"change the budget", change_budget),
        (r"ask my manager", ask_by_mail),
        (r"approval process", approval_process),
        (r"nightly batch", nightly_batch),
        (r"confirm (?:the )?journal", confirm_journal),
        (r"ask me something", ask_for_words),
        (r"^fail,? please", _fail),
        (r"show (?:me )?html", _html),
        (r"show (?:me )?json", _json),
        (r"^say nothing", _nothing),
        (r"mention everyone", _hostile),
    )
)
