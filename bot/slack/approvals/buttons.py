"""The buttons of an open approval."""

from bot.domain.approval import Approval, Reopened
from bot.domain.job import Action
from bot.domain.run import Run
from bot.slack.people.sign_in_card import draw_sign_in_button
from bot.slack.text.blocks import Block, actions, button, confirmation
from bot.slack.words import approval_forms, approvals as say


def draw_buttons(run: Run, approval: Approval) -> Block:
    """What can be done about it. Each revision has a block_id of its own, so that old clicks tell."""
    value = f"{run.id}|{approval.id}"
    buttons = [_button(each, approval, value) for each in approval.waiting.actions]
    if approval.policy.may_delegate:
        buttons.append(button(say.DELEGATE, "approval_delegate", value))
    if approval.waiting.raw is not None:
        buttons.append(button(say.DETAILS, "approval_details", value))
    if approval.reopened is Reopened.SIGNED_OUT:
        buttons.append(draw_sign_in_button())
    again = "again" if approval.reopened else "open"
    revision = f"{approval.stage}.{len(approval.votes)}.{len(approval.delegations)}"
    return actions(f"approval:{approval.id}:{again}:{revision}", *buttons)


def _button(action: Action, approval: Approval, value: str) -> Block:
    waiting = approval.waiting
    match action:
        case Action.APPROVE:
            label = waiting.approve_label or say.APPROVE
            drawn = button(label, "approval_approve", value, style="primary")
            if approval.policy.confirm:
                drawn["confirm"] = confirmation(
                    say.CONFIRM_TITLE, say.CONFIRM_TEXT, label, approval_forms.CLOSE
                )
            return drawn
        case Action.REJECT:
            return button(waiting.reject_label or say.REJECT, "approval_reject", value)
        case Action.REPLY:
            label = say.REQUEST_CHANGE if waiting.takes_changes else say.REPLY
            return button(label, "approval_reply", value)
