"""What the Web API answers when it refuses."""

from typing import Any


class SlackError(Exception):
    """The Web API refuses with `error`; `more` is added to the body of the reply."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more

    @property
    def body(self) -> dict[str, Any]:
        """The JSON of the reply: always HTTP 200, ok false."""
        return {"ok": False, "error": self.error, **self.more}
