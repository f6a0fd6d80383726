"""Oracle Fusion's agent API: our words to requests, replies to our words, and the client.

wire_json      JSON from outside, looked at without trusting its shape
wire_request   invoking and resuming: what is sent
wire_job       what invokeAsync and status reply
wire_answer    citations, follow-up questions, nodes
wire_waiting   what a waiting job waits for
wire_details   what of a wait a person is shown, what is hidden, what tells two waits apart
problems       replies that are errors
client         the only file here that does I/O; implements `bot.domain.agent.Agent`
"""
