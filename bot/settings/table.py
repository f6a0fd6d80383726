"""What every table of bot.toml has in common."""

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table of bot.toml; a name that it does not know is a mistake, not a comment."""

    model_config = ConfigDict(extra="forbid", frozen=True)
