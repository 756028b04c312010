"""What the soak run calls growth."""

import os

from chaos import soak
from chaos.soak import Sample


def samples(count=100, *, memory=0.0, **changes):
    """A process seen each minute, whose memory grows by so many MiB an hour."""
    rest = changes.get("fds", 20), changes.get("threads", 20), 4.0
    return [Sample(60.0 * n, 90 + memory * n / 60, *rest) for n in range(count)]


def test_a_process_that_stays_as_it_is_passes():
    assert soak.breaches(samples(memory=0.9)) == []


def test_memory_that_grows_is_seen():
    assert round(soak.slope(samples(memory=2.5)), 6) == 2.5
    assert soak.breaches(samples(memory=1.1)) == ["memory grows by 1.10 MiB/h"]


def test_descriptors_threads_and_a_log_that_grow_are_seen():
    grown = samples(50) + samples(50, fds=25, threads=22)
    assert soak.breaches(grown) == ["descriptors rose from 20 to 25", "threads rose from 20 to 22"]
    (*_, last) = samples()
    assert soak.breaches([*samples(), Sample(0, last.memory, 20, 20, 64.5)]) == [
        "the write-ahead log came to 64.5 MiB"
    ]


def test_a_process_is_looked_at_from_outside(tmp_path):
    file = tmp_path / "bot.db"
    file.with_name("bot.db-wal").write_bytes(bytes(1 << 20))
    seen = soak.look(os.getpid(), file, 1.0)
    assert seen.memory > 10
    assert seen.threads >= 1
    assert seen.descriptors > 2
    assert seen.log == 1.0
