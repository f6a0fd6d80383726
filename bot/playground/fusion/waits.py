"""Scripts that wait for something outside of the chat and then go on by themselves."""

import re

from bot.playground.fusion.steps import Done, Question, Script, Takes, Wait, Work


def ask_by_mail(question: Question, found: re.Match[str]) -> Script:
    """A HUMAN node on channel EMAIL: somebody answers a letter."""
    del question, found
    wait = Wait(
        "Ask the manager",
        "Your manager was asked by e-mail to approve the hotel booking.",
        Takes.NOTHING,
        {
            "channelType": "EMAIL",
            "approver": "morgan.fields@example.com",
            "parameters": {"Hotel": "Hotel Sole, Milan", "Price": "EUR 412.00"},
        },
        lasts=6.0,
    )
    done = Done("Your manager **approved** the hotel booking by e-mail.")
    return (Work("Write the e-mail", 0.6, progress="Writing to your manager"), wait, done)


def approval_process(question: Question, found: re.Match[str]) -> Script:
    """A HUMAN node on channel APPROVAL_PROCESS; its details come as JSON in a string."""
    del question, found
    wait = Wait(
        "Approval process",
        "The purchase requisition is with the approvers of Procurement.",
        Takes.NOTHING,
        {
            "channelType": "APPROVAL_PROCESS",
            "approver": "Procurement approval group",
            "parameters": {"Requisition": "REQ-5582", "Amount": "USD 96,000.00"},
        },
        lasts=8.0,
        packed=True,
    )
    done = Done("Requisition REQ-5582 passed its approval process and is now a purchase order.")
    return (Work("Submit", 0.6, progress="Submitting the requisition"), wait, done)


def nightly_batch(question: Question, found: re.Match[str]) -> Script:
    """A WAIT node: a timer."""
    del question, found
    wait = Wait(
        "Wait for the nightly batch",
        "The figures are ready when the nightly batch has run.",
        Takes.NOTHING,
        {"waitDuration": "8 seconds"},
        lasts=8.0,
        kind="WAIT",
    )
    done = Done("The nightly batch has run: 1,204 journals were imported, none failed.")
    return (Work("Plan the batch", 0.5, progress="Planning"), wait, done)
