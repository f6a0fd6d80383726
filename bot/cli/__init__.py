"""The commands of `fusion-slack`."""

from bot.cli.running import main

__all__ = ["main"]
