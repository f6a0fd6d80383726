"""What agents and people wrote, made into blocks: nothing cut, nothing live in it."""
