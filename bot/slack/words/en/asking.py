"""What the bot says in the form of its shortcuts."""

TITLE = "Ask Fusion"
ASK = "Ask"
CLOSE = "Cancel"
QUESTION = "Your question"
AGENT_TEAM = "Agent team"
SENT_ALONG = "This message is sent along. The answer comes in its thread."
ANSWERED_PRIVATELY = "The answer comes in your direct messages with me."
GOES_ON_ELSEWHERE = (
    "The conversation goes on in a new thread. Here, the next question begins a new one."
)
RUNS_HERE = "Something is still running in that thread. Wait until it has ended."
THE_MESSAGE = "It is about this message:"
NEEDS_QUESTION = "Write a question."
