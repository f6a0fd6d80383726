"""What the bot says about feedback."""

GOOD = "Good answer"
BAD = "Bad answer"
THANKS = "Thank you: your feedback is kept."
COMMENT_TITLE = "What was wrong?"
COMMENT_LABEL = "In your words"
COMMENT_HINT = (
    "Your feedback is kept. If you like, say what was wrong; whoever runs this bot reads it."
)
SEND = "Send"
CLOSE = "No comment"
