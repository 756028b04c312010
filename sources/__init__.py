"""Feeds in: each file turns one outside format into job events.

`reading` says what every source is and gives. `openagenda`, `francetravail`,
`file` and `sample` are sources; `mee` reads the records that two of them share.
`fetch` is the only way out to the network.
"""
