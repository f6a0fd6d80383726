"""Answers in Slack, and the progress on the way: cards, sources, feedback."""
