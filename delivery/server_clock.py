"""When, by our clock, an instant of the database's clock comes."""

_DRIFT = 0.001
"""Two clocks may come apart by so much a second."""


class ServerClock:
    """What our clock shows at an instant of the server's: known as well as its quickest answer was quick."""

    def __init__(self) -> None:
        self._least, self._most = float("-inf"), float("inf")
        self._noted = 0.0

    def note(self, asked: float, server: float, answered: float) -> None:
        """The server's clock showed this between two instants of ours; all in seconds."""
        least, most = asked - server, answered - server
        grown = _DRIFT * (answered - self._noted)
        self._least, self._most = max(self._least - grown, least), min(self._most + grown, most)
        self._noted = answered
        if self._least > self._most:  # one of the clocks was set
            self._least, self._most = least, most

    def ours(self, server: float) -> float:
        """Return what our clock shows then."""
        return server + (self._least + self._most) / 2
