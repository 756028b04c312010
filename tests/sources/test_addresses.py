import pytest
from yarl import URL

from domain.errors import SourceError
from sources import addresses
from sources.addresses import AddressPolicy

INSIDE = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3",  # noqa: S104 -- refused here, nothing binds to it
    "10.0.0.1", "10.255.255.255", "172.16.0.1",
    "172.31.255.255", "192.168.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9",
    "169.254.169.254", "100.64.0.1", "100.127.255.255", "224.0.0.1", "239.255.255.250", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "::ffff:100.64.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1", "fc00::1",
    "fd12:3456::1", "ff02::1", "ff0e::1", "2001:db8::1", "100::1",
]  # fmt: skip
OUTSIDE = [
    "8.8.8.8",
    "1.1.1.1",
    "172.32.0.1",
    "100.128.0.1",
    "192.167.1.1",
    "2a00:1450:4007::200e",
    "::ffff:8.8.8.8",
]


@pytest.mark.parametrize("address", INSIDE)
def test_inner_addresses_are_refused_however_they_are_wrapped(address):
    found = addresses.as_address(address)
    assert found is not None
    assert not addresses.is_public(found)


@pytest.mark.parametrize("address", OUTSIDE)
def test_public_addresses_are_let_through(address):
    found = addresses.as_address(address)
    assert found is not None
    assert addresses.is_public(found)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "data:,x", "//x"]
)
def test_only_the_web_is_asked(url):
    with pytest.raises(SourceError):
        AddressPolicy([]).check_url(URL(url))


def test_the_operators_own_stand_in_may_be_on_loopback_and_nothing_beside_it():
    policy = AddressPolicy(["http://127.0.0.1:8099/api", "https://example.org"])
    policy.check_url(URL("http://127.0.0.1:8099/other"))
    policy.check_url(URL("https://example.org/"))
    for url in (
        "http://127.0.0.1:8098/",
        "http://127.0.0.2:8099/",
        "http://[::1]:8099/",
        "http://10.0.0.1:8099/",
    ):
        with pytest.raises(SourceError, match="inside the network"):
            policy.check_url(URL(url))


async def test_a_name_that_leads_outside_is_resolved_as_it_is():
    class Names:
        async def resolve(self, host: str, port: int, _: int) -> list[dict[str, object]]:
            return [{"host": "93.184.215.14" if host == "example.org" else "10.0.0.1", "port": port}]

        async def close(self) -> None:
            """Nothing is open."""

    resolver = addresses.GuardedResolver(AddressPolicy([]), Names())
    assert (await resolver.resolve("example.org", 443))[0]["host"] == "93.184.215.14"
    with pytest.raises(SourceError, match="inside the network"):
        await resolver.resolve("rebound.example.org", 443)
    await resolver.close()


def test_a_private_address_in_the_settings_opens_nothing():
    with pytest.raises(SourceError, match="inside the network"):
        AddressPolicy(["http://192.168.1.5/"]).check_url(URL("http://192.168.1.5/"))
