"""`python -m bot` is the same as `fusion-slack`."""

from bot.cli import main

main()
