"""What a process does of the whole: one of several on PostgreSQL, or all of it."""

import enum


class Role(enum.StrEnum):
    """As the operator names it."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"
    SCHEDULER = "scheduler"

    @property
    def listens(self) -> bool:
        """Telegram may call it."""
        return self in {Role.ALL, Role.WEB}

    @property
    def works(self) -> bool:
        """It handles updates, and delivers messages."""
        return self in {Role.ALL, Role.WORKER}

    @property
    def schedules(self) -> bool:
        """It may lead: ask what is due, read the sources, ask Telegram for updates."""
        return self in {Role.ALL, Role.SCHEDULER}
