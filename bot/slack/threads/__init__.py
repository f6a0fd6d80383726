"""A thread made to look like its run, and Slack's own signs beside it."""
