"""Which addresses a feed may lead us to: the public internet, and nothing inside our own walls."""

import ipaddress
import socket
from collections.abc import Iterable

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from domain.errors import SourceError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_PROTOCOLS = ipaddress.IPv4Network("192.0.0.0/24")
"""Reserved for protocols; older Pythons take half of it for public."""
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class AddressPolicy:
    """Public addresses only; and loopback at those very ports where the operator put a source."""

    def __init__(self, base_urls: Iterable[str]) -> None:
        bases = [URL(url) for url in base_urls]
        self._own = frozenset((url.host, url.port) for url in bases if is_loopback_name(url.host or ""))

    def check_url(self, url: URL) -> None:
        """Raise SourceError for a scheme or a literal address that may not be asked."""
        if url.scheme not in _DEFAULT_PORTS or not url.host:
            raise SourceError("leads to an address that is not a web address; refused")
        address = as_address(url.host)
        if address and not is_public(address):
            self.check_private(url.host, url.port or _DEFAULT_PORTS[url.scheme])

    def check_private(self, host: str, port: int) -> None:
        """Raise SourceError unless this is where the operator's own settings point."""
        if (host, port) not in self._own:
            raise SourceError("leads to an address inside the network; refused")


class GuardedResolver(AbstractResolver):
    """Resolves names and refuses those that lead inside: what is checked is what is connected to."""

    def __init__(self, policy: AddressPolicy, names: AbstractResolver) -> None:
        self._policy = policy
        self._names = names

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Resolve as usual; one inner address among the answers refuses them all."""
        found = await self._names.resolve(host, port, family)
        for answer in found:
            address = as_address(answer["host"])
            if address is None or not is_public(address):
                self._policy.check_private(host, port)
        return found

    async def close(self) -> None:
        """Nothing is held open."""
        await self._names.close()


def is_public(address: Address) -> bool:
    """Say whether an address belongs to the public internet, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _wrapped(address)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return (
        address not in _PROTOCOLS
        and address.is_global
        and not address.is_multicast
        and not address.is_reserved
    )


def is_loopback_name(host: str) -> bool:
    """Say whether a host is written as this very machine."""
    address = as_address(host)
    return host == "localhost" if address is None else address.is_loopback


def as_address(host: str) -> Address | None:
    """Return the literal address that a host is, or None for a name."""
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def _wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that this one carries: mapped, compatible, 6to4, Teredo, NAT64."""
    if address in _NAT64 or int(address) >> 32 == 0:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
