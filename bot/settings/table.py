"""What every table of bot.toml has in common, and the ids of Slack that some of them name."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

UserId = Annotated[str, Field(pattern=r"^[UW][A-Z0-9]+$")]
GroupId = Annotated[str, Field(pattern=r"^S[A-Z0-9]+$")]


class Table(BaseModel):
    """A table of bot.toml; a name that it does not know is a mistake, not a comment."""

    model_config = ConfigDict(extra="forbid", frozen=True)
