"""Slack: what it sends becomes our words, and our words become its blocks."""
