"""Telegram's refusals, with its own words.

- Refusal: an answer {"ok": false, …} of the Bot API
- PhoneError: something that a person's telephone would not let them do
- PlaygroundError: the playground itself cannot start
"""

from collections.abc import Mapping


class Refusal(Exception):  # noqa: N818 -- Telegram's word for it is an answer, not an error of ours
    """The Bot API says no."""

    def __init__(self, code: int, description: str, parameters: Mapping[str, int] | None = None) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters

    def body(self) -> dict[str, object]:
        """Give the answer as the Bot API sends it."""
        answer: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = dict(self.parameters)
        return answer


class PhoneError(Exception):
    """A person cannot do this now: the sentence says why."""

    def __init__(self, sentence: str, *, status: int = 409) -> None:
        super().__init__(sentence)
        self.status = status


class PlaygroundError(Exception):
    """The playground cannot start: one plain sentence that says what to do."""


def bad_request(what: str) -> Refusal:
    """Say 400 with the words after "Bad Request: "."""
    return Refusal(400, f"Bad Request: {what}")


def forbidden(what: str) -> Refusal:
    """Say 403 with the words after "Forbidden: "."""
    return Refusal(403, f"Forbidden: {what}")


def too_many(seconds: int) -> Refusal:
    """Say 429: come back after so many seconds."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def migrated(new_chat_id: int) -> Refusal:
    """Say that a group lives on under another id."""
    return Refusal(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": new_chat_id},
    )


def conflict(what: str) -> Refusal:
    """Say 409: someone else holds the updates."""
    return Refusal(409, f"Conflict: {what}")


NOT_FOUND = Refusal(404, "Not Found")
UNAUTHORIZED = Refusal(401, "Unauthorized")
RESTARTING = Refusal(500, "Internal Server Error: restart")
