"""Scripts that wait for a person in the chat: an approval, a change, a tool call, a typed answer."""

import re
from typing import Any

from bot.playground.fusion.steps import (
    Action,
    Answer,
    Done,
    Question,
    Script,
    Takes,
    Wait,
    Work,
)

_APPROVE = {"code": "APPROVE_ACTION", "label": "Approve"}
_REJECT = {"code": "REJECT_ACTION", "label": "Reject"}
_CHANGE = {"code": "RFI_ACTION", "label": "Request Change"}
MOST_CHANGES = 3


def decision(
    node: str, message: str, parameters: dict[str, str], approved: str, rejected: str
) -> Wait:
    """A HUMAN node on channel CHAT with Approve and Reject; the texts say how it went on."""

    def answered(answer: Answer) -> Script:
        text = approved if answer.action is Action.APPROVE else rejected
        reason = f" Reason given: {answer.comment}" if answer.comment else ""
        return (Work("Record the decision", 0.5, progress="Recording"), Done(text + reason))

    details = _chat([_APPROVE, _REJECT], parameters)
    return Wait(node, message, Takes.DECISION, details, answered)


def approve_invoice(question: Question, found: re.Match[str]) -> Script:
    """An approval with amount, supplier and cost centre."""
    del question
    number = found["number"]
    wait = decision(
        "Approve invoice",
        f"Invoice {number} of Lindqvist Paper AB is ready for payment. Do you approve it?",
        {
            "Invoice": number,
            "Supplier": "Lindqvist Paper AB",
            "Amount": "EUR 18,430.00",
            "Cost centre": "4410 Marketing Operations",
            "Due date": "2026-04-30",
            "Matched purchase order": "PO-20931",
        },
        f"Invoice {number} was **approved** and goes out with the next payment run.",
        f"Invoice {number} was **rejected** and went back to the supplier desk.",
    )
    return (Work("Match the purchase order", 1.0, progress=f"Matching invoice {number}"), wait)


def pay_supplier(question: Question, found: re.Match[str]) -> Script:
    """A payment over the limit: two of the finance group must approve."""
    del question
    number = found["number"]
    wait = decision(
        "Approve payment",
        f"Pay EUR 118,430.00 to Lindqvist Paper AB for invoice {number}?",
        {"Invoice": number, "Amount": "EUR 118,430.00", "Limit": "EUR 50,000.00"},
        f"Invoice {number} was **paid**.",
        f"Invoice {number} was **not paid**.",
    )
    return (Work("Check the limit", 0.6, progress="Comparing with the limit"), wait)


def post_journal(question: Question, found: re.Match[str]) -> Script:
    """Four eyes: whoever asks may not decide."""
    del question, found
    wait = decision(
        "Approve journal",
        "Post the journal of March with 214 lines, EUR 1,204,330.10 in all?",
        {"Journal": "2026-03", "Lines": "214", "Total": "EUR 1,204,330.10"},
        "The journal was **posted**.",
        "The journal was **not posted**.",
    )
    return (Work("Add up the lines", 0.6, progress="Adding up the lines"), wait)


def sign_contract(question: Question, found: re.Match[str]) -> Script:
    """Stages: the manager first, then finance; with reminders, escalation and an end."""
    del question, found
    wait = decision(
        "Sign contract",
        "Sign the three-year contract with Kestrel Software?",
        {"Supplier": "Kestrel Software", "Term": "3 years", "Total": "EUR 365,250.00"},
        "The contract was **signed**.",
        "The contract was **not signed**.",
    )
    return (Work("Read the contract", 0.6, progress="Reading the contract"), wait)


def pay_batch(question: Question, found: re.Match[str]) -> Script:
    """A request of 3,000 characters with forty parameters."""
    del question, found
    sentence = "Each payment was matched with its order, its receipt and its contract. "
    message = "Pay the batch of forty invoices?\n\n" + sentence * 41
    lines = {
        f"Invoice {4700 + n}": f"EUR {n * 131 % 9000 + 120}.00, Supplier {n} GmbH, due 2026-04-{n % 28 + 1:02d}"
        for n in range(1, 41)
    }
    wait = decision(
        "Approve batch",
        message[:3000],
        lines,
        "The batch was **paid**.",
        "The batch was **not paid**.",
    )
    return (Work("Collect the invoices", 0.6, progress="Collecting invoices"), wait)


def approve_leave(question: Question, found: re.Match[str]) -> Script:
    """An approval of the people's team."""
    del question, found
    wait = decision(
        "Approve leave",
        "Rosa Almeida asks for five days of leave. Do you approve it?",
        {"Person": "Rosa Almeida", "From": "2026-06-01", "To": "2026-06-05", "Balance": "11 days"},
        "The leave of Rosa Almeida was **approved**.",
        "The leave of Rosa Almeida was **rejected**.",
    )
    return (Work("Check the calendar", 0.6, progress="Checking the team's calendar"), wait)


def change_budget(question: Question, found: re.Match[str]) -> Script:
    """An approval with up to three requested changes; each makes a new revision."""
    del question, found
    return (Work("Draft the budget", 1.0, progress="Drafting the budget"), _budget(()))


def _budget(changes: tuple[str, ...]) -> Wait:
    revision = len(changes) + 1
    applied = "".join(f"\n- change {number}: {text}" for number, text in enumerate(changes, 1))
    message = f"Budget for the second quarter, revision {revision}: EUR 240,000 in all."
    message += f"\nChanged so far:{applied}" if changes else ""
    parameters = {"Budget": "Marketing, Q2 2026", "Total": "EUR 240,000", "Revision": str(revision)}
    if len(changes) == MOST_CHANGES:  # no round is left: now it must be decided
        return decision(
            "Approve budget",
            message,
            parameters,
            f"The budget was **approved** in revision {revision}.",
            f"The budget was **rejected** in revision {revision}.",
        )

    def answered(answer: Answer) -> Script:
        if answer.action is Action.APPROVE:
            text = f"The budget was **approved** in revision {revision}."
            return (Work("Publish the budget", 0.5, progress="Publishing"), Done(text))
        work = Work("Revise the budget", 0.8, progress=f"Revising: {answer.comment}")
        return (work, _budget((*changes, answer.comment)))

    details = _chat([_APPROVE, _CHANGE], parameters)
    details |= {"feedback": True, "maxRounds": MOST_CHANGES, "round": revision}
    return Wait("Approve budget", message, Takes.CHANGES, details, answered)


def confirm_journal(question: Question, found: re.Match[str]) -> Script:
    """A tool call that wants to be confirmed: waitingToolCode alone, without details."""
    del question, found

    def answered(answer: Answer) -> Script:
        posted = answer.action is Action.APPROVE
        text = "The journal was **posted**." if posted else "The journal was **not posted**."
        return (Work("Ledger", 0.5, progress="Writing to the ledger"), Done(text))

    wait = Wait(
        "Post journal", "", Takes.DECISION, None, answered, kind="TOOL", tool="POST_JOURNAL_BATCH"
    )
    return (Work("Ledger", 0.8, progress="Preparing the journal"), wait)


def ask_for_words(question: Question, found: re.Match[str]) -> Script:
    """A HUMAN node with approval off: it takes the next typed message."""
    del question, found

    def answered(answer: Answer) -> Script:
        text = f"Thank you. I noted this cost centre: {answer.comment}"
        return (Work("Note the answer", 0.4, progress="Noting"), Done(text))

    details = {"channelType": "CHAT", "approvalRequired": False}
    message = "Which cost centre shall I use? Please type its number or name."
    wait = Wait("Ask for the cost centre", message, Takes.TEXT, details, answered)
    return (Work("Read the request", 0.5, progress="Reading your request"), wait)


def _chat(actions: list[dict[str, str]], parameters: dict[str, str]) -> dict[str, Any]:
    return {
        "channelType": "CHAT",
        "approvalRequired": True,
        "actions": actions,
        "parameters": parameters,
    }
