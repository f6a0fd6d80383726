"""How people ask: messages, commands, shortcuts, files, and which agent team is meant."""
