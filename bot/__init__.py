"""Oracle Fusion AI agent teams in Slack."""
