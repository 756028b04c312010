"""Telegram, outwards: claim → compose → pace → send → settle; one transport for all calls."""
