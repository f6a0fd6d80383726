"""The playground: an emulated Slack and an emulated Fusion over real HTTP, and a page to meet the bot."""
