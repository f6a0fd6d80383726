"""What Slack accepts in text objects, options, elements and rich text.

Source: Slack's Block Kit reference; the limits are those that its SDKs and documentation state.
"""

from bot.playground.slack.rules import (
    Check,
    anything,
    at_least_one,
    both,
    fields,
    flag,
    many,
    number,
    one_of,
    string,
    typed,
)

IDS = 255
PRIVATE = 3000


def plain_text(most: int, least: int = 1) -> Check:
    """A plain_text object."""
    inner = fields({"text": string(most, least)}, {"emoji": flag})
    return typed({"plain_text": inner}, "text object")


def text(most: int, least: int = 1) -> Check:
    """A plain_text or mrkdwn object."""
    content = {"text": string(most, least)}
    return typed(
        {
            "plain_text": fields(content, {"emoji": flag}),
            "mrkdwn": fields(content, {"verbatim": flag}),
        },
        "text object",
    )


def mrkdwn(most: int) -> Check:
    """A mrkdwn object."""
    return typed({"mrkdwn": fields({"text": string(most)}, {"verbatim": flag})}, "text object")


CONFIRM = fields(
    {"text": text(300)},
    {
        "title": plain_text(100),
        "confirm": plain_text(30),
        "deny": plain_text(30),
        "style": one_of("primary", "danger"),
    },
)
OPTION = fields(
    {"text": text(75), "value": string(150)}, {"description": text(75), "url": string(3000)}
)
OPTION_GROUP = fields({"label": plain_text(75), "options": many(OPTION, 100)})

BASE = {"action_id": string(IDS), "confirm": CONFIRM, "focus_on_load": flag}
PLACEHOLDER = {"placeholder": plain_text(150)}
DISPATCH = {"dispatch_action_config": anything}

BUTTON = fields(
    {"text": plain_text(75)},
    {
        "action_id": string(IDS),
        "value": string(2000, 0),
        "url": string(3000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
        "agent_prompt": anything,
        "agent_prompt_display": anything,
        "visible_to_user_ids": many(string(IDS), 10),
    },
)
WORKFLOW_BUTTON = fields(
    {"text": plain_text(75), "workflow": anything},
    {
        "action_id": string(IDS),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
FEEDBACK_BUTTON = fields(
    {"text": plain_text(75), "value": string(2000)}, {"accessibility_label": string(75)}
)
FEEDBACK_BUTTONS = fields(
    {"positive_button": FEEDBACK_BUTTON, "negative_button": FEEDBACK_BUTTON},
    {"action_id": string(IDS)},
)
ICON_BUTTON = fields(
    {"icon": string(IDS), "text": plain_text(75)},
    {
        "action_id": string(IDS),
        "value": string(2000, 0),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
        "visible_to_user_ids": many(string(IDS), 10),
    },
)
IMAGE = both(
    fields({"alt_text": string(2000)}, {"image_url": string(3000), "slack_file": anything}),
    at_least_one("image_url", "slack_file"),
)


def _menu(**extra: Check) -> Check:
    return fields({}, {**BASE, **PLACEHOLDER, **extra})


_STATIC = {"options": many(OPTION, 100), "option_groups": many(OPTION_GROUP, 100)}
_HAS_OPTIONS = at_least_one("options", "option_groups")
_MOST = {"max_selected_items": number(1, 100)}

SELECTS = {
    "static_select": both(_menu(**_STATIC, initial_option=OPTION), _HAS_OPTIONS),
    "external_select": _menu(initial_option=OPTION, min_query_length=number(0, 100)),
    "users_select": _menu(initial_user=string(IDS)),
    "conversations_select": _menu(
        initial_conversation=string(IDS),
        default_to_current_conversation=flag,
        response_url_enabled=flag,
        filter=anything,
    ),
    "channels_select": _menu(initial_channel=string(IDS), response_url_enabled=flag),
    "multi_static_select": both(
        _menu(**_STATIC, **_MOST, initial_options=many(OPTION, 100)), _HAS_OPTIONS
    ),
    "multi_external_select": _menu(
        **_MOST, initial_options=many(OPTION, 100), min_query_length=number(0, 100)
    ),
    "multi_users_select": _menu(**_MOST, initial_users=many(string(IDS), 100)),
    "multi_conversations_select": _menu(
        **_MOST,
        initial_conversations=many(string(IDS), 100),
        default_to_current_conversation=flag,
        filter=anything,
    ),
    "multi_channels_select": _menu(**_MOST, initial_channels=many(string(IDS), 100)),
}
PICKERS = {
    "datepicker": _menu(initial_date=string(10)),
    "timepicker": _menu(initial_time=string(5), timezone=string(IDS)),
    "datetimepicker": _menu(initial_date_time=number(0, 9_999_999_999)),
}
CHOICES = {
    "radio_buttons": fields({"options": many(OPTION, 10)}, {**BASE, "initial_option": OPTION}),
    "checkboxes": fields(
        {"options": many(OPTION, 10)}, {**BASE, "initial_options": many(OPTION, 10)}
    ),
}
OVERFLOW = fields({"options": many(OPTION, 5)}, {"action_id": string(IDS), "confirm": CONFIRM})
_LENGTHS = {"min_length": number(0, 3000), "max_length": number(1, 3000)}
_TYPED = {**BASE, **PLACEHOLDER, **DISPATCH, "initial_value": string(3000, 0)}
INPUTS = {
    "plain_text_input": fields({}, {**_TYPED, **_LENGTHS, "multiline": flag}),
    "email_text_input": fields({}, _TYPED),
    "url_text_input": fields({}, _TYPED),
    "number_input": fields(
        {"is_decimal_allowed": flag}, {**_TYPED, "min_value": anything, "max_value": anything}
    ),
    "file_input": fields({}, {**BASE, "filetypes": anything, "max_files": number(1, 10)}),
    "rich_text_input": fields(
        {},
        {
            **BASE,
            **PLACEHOLDER,
            **DISPATCH,
            "initial_value": anything,
            "min_lines": anything,
            "max_lines": anything,
        },
    ),
}

SECTION_ACCESSORY = typed(
    {
        "button": BUTTON,
        "workflow_button": WORKFLOW_BUTTON,
        "image": IMAGE,
        "overflow": OVERFLOW,
        **SELECTS,
        **CHOICES,
        "datepicker": PICKERS["datepicker"],
        "timepicker": PICKERS["timepicker"],
    },
    "accessory",
)
ACTIONS_ELEMENT = typed(
    {
        "button": BUTTON,
        "workflow_button": WORKFLOW_BUTTON,
        "overflow": OVERFLOW,
        "rich_text_input": INPUTS["rich_text_input"],
        **SELECTS,
        **CHOICES,
        **PICKERS,
    },
    "element",
)
INPUT_ELEMENT = typed({**SELECTS, **CHOICES, **PICKERS, **INPUTS}, "input element")

LONG = 100_000
_STYLED = {"style": anything}
_INLINE = typed(
    {
        "text": fields({"text": string(LONG)}, _STYLED),
        "link": fields({"url": string(3000)}, {**_STYLED, "text": string(LONG), "unsafe": flag}),
        "user": fields({"user_id": string(IDS)}, _STYLED),
        "usergroup": fields({"usergroup_id": string(IDS)}, _STYLED),
        "channel": fields({"channel_id": string(IDS)}, _STYLED),
        "team": fields({"team_id": string(IDS)}, _STYLED),
        "broadcast": fields({"range": one_of("here", "channel", "everyone")}, _STYLED),
        "emoji": fields(
            {"name": string(IDS)},
            {**_STYLED, "unicode": string(IDS), "url": string(3000), "skin_tone": anything},
        ),
        "color": fields({"value": string(9)}, _STYLED),
        "date": fields(
            {"timestamp": number(0, 9_999_999_999), "format": string(IDS)},
            {**_STYLED, "fallback": string(IDS), "url": string(3000)},
        ),
        "citation": anything,
        "tag": anything,
    },
    "rich text element",
)
_SECTION = fields({"elements": many(_INLINE, 10_000, 0)}, {"border": number(0, 1)})
_RICH_TEXT_PARTS = {
    "rich_text_section": _SECTION,
    "rich_text_preformatted": fields(
        {"elements": many(_INLINE, 10_000, 0)}, {"border": number(0, 1), "language": string(IDS)}
    ),
    "rich_text_quote": _SECTION,
    "rich_text_list": fields(
        {
            "elements": many(typed({"rich_text_section": _SECTION}, "list item"), 10_000, 0),
            "style": one_of("bullet", "ordered"),
        },
        {"indent": number(0, 8), "border": number(0, 1), "offset": number(0, 1_000_000)},
    ),
}
RICH_TEXT = fields(
    {"elements": many(typed(_RICH_TEXT_PARTS, "rich text part"), 10_000, 0)},
    {"block_id": string(IDS)},
)
