"""The rules: plain data and pure functions. Knows nobody."""
