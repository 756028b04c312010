"""HTTP: Telegram's calls, the program's health and figures, and pages that anyone may read."""
