"""Approvals in Slack: their cards, their forms, their queue, and who listens to them."""
