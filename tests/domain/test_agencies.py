"""An invitation can't be guessed, fits into a deep link, and is not what is stored."""

import re

from domain import agencies


def test_a_payload_is_128_bits_that_telegram_takes():
    payloads = {agencies.new_payload() for _ in range(200)}
    assert len(payloads) == 200
    for payload in payloads:
        assert re.fullmatch(r"i[A-Za-z0-9_-]{22}", payload)


def test_what_is_stored_does_not_hold_the_payload():
    payload = agencies.new_payload()
    assert payload[1:] not in agencies.hashed(payload)
    assert agencies.hashed(payload) == agencies.hashed(payload) != agencies.hashed(payload + "x")
