"""A stand-in for Telegram: the Bot API over HTTP, and a phone in the browser. Knows nothing of the bot."""
