"""Why somebody may not act at Fusion: errors carry these sentences in English already."""

from bot.domain import reasons

REASONS = {each: each for each in reasons.ALL}
