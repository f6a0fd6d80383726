"""Everything that knows Slack: payloads in, pictures out.

asking      what people say, click and type             threads     a thread made to look like its run
answers     answers and progress, as messages           approvals   approvals, as messages and forms
people      who somebody is, what they alone see         installing  the app, its tokens, its workspaces
text        what agents wrote, made into blocks          words       what the bot says, by language
outbound    the only writer to Slack, with budgets       socket_mode the connection that comes back
"""
