"""The token of France Travail's partner API: fetched once, shared, renewed in time."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from yarl import URL

from domain.errors import SourceError
from sources.fetch import Fetcher, Request

EARLY = 60.0
"""Seconds before its end at which a token is renewed."""
SCOPE = "api_evenementsv1 evenements"
NOT_ADDED = "the API was not added to the application in the partner portal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Of the application in the partner portal."""

    client_id: str
    client_secret: str = field(repr=False)


class AccessToken:
    """One token for all who call at the same time."""

    def __init__(
        self,
        fetcher: Fetcher,
        url: URL,
        credentials: Credentials,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetcher = fetcher
        self._url = url
        self._credentials = credentials
        self._clock = clock
        self._lock = asyncio.Lock()
        self._token = ""
        self._good_until = 0.0

    async def get(self) -> str:
        """Return a token that is good for a while; raise SourceError when none is given."""
        async with self._lock:
            if not self._token or self._clock() >= self._good_until:
                await self._renew()
            return self._token

    def drop(self, token: str) -> None:
        """Forget a token that was refused, unless another has fetched a new one meanwhile."""
        if token == self._token:
            self._token = ""

    async def _renew(self) -> None:
        self._token = ""
        form = {
            "grant_type": "client_credentials",
            "client_id": self._credentials.client_id,
            "client_secret": self._credentials.client_secret,
            "scope": SCOPE,
        }
        answer = await self._fetcher.ask(Request("POST", self._url, data=form))
        content = answer.json if isinstance(answer.json, dict) else {}
        if content.get("error") == "invalid_scope":
            raise SourceError(f"francetravail: {NOT_ADDED}")
        if content.get("error") == "invalid_client" or answer.status in {401, 403}:
            raise SourceError("francetravail: the client id or the client secret is wrong")
        token, length = content.get("access_token"), content.get("expires_in")
        if not answer.is_ok or not isinstance(token, str) or not token or not isinstance(length, int | float):
            raise SourceError(f"francetravail gave no token ({answer.status})")
        self._token = token
        self._good_until = self._clock() + max(0.0, length - EARLY)
