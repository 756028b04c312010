"""Every error of ours, in one tree.

JobBotError
├── UserError        the person can put it right; shown in their language
├── SourceError      a source of events is down or answers nonsense; old data stay
├── DeliveryError    Telegram refuses the whole bot: its token
├── StorageError     the database can't serve for a while; what was asked of it is asked again
└── SettingsError    the operator can put it right; one sentence that says how
"""


class JobBotError(Exception):
    """The root of the tree."""


class UserError(JobBotError):
    """The person can put this right; `code` names the sentence, `params` fill it."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class SourceError(JobBotError):
    """A source could not be read; the message is one plain line for the operator, without secrets."""


class DeliveryError(JobBotError):
    """Telegram refuses the whole bot, not one message: its token is not accepted."""


class StorageError(JobBotError):
    """The database can't serve for a while: a full disk, a lock, a lost connection; nothing was committed."""


class SettingsError(JobBotError):
    """A setting or its surroundings are wrong; the message says what to do, without secrets."""
