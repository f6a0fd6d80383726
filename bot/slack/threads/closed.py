"""What Slack's refusals mean for a message: gone, not understood, or nowhere to be written."""

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
INVALID = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long"}
)
CLOSED = frozenset(
    {
        "not_in_channel",
        "channel_not_found",
        "is_archived",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
        "thread_not_found",
        "cannot_reply_to_message",
    }
)
