"""A benchmark on a PostgreSQL of its own: `python -m benchmarks.on_postgresql bench_matching [--full]`.

The server is the one of the tests, with what they do without: commits are forced to the disk, and it looks
after its tables. PostGIS is in none that comes from a wheel: `--database-url` takes an installed server.
"""

import asyncio
import subprocess
import sys
from unittest import mock

from tests import postgres

LASTING = {"fsync": "on", "full_page_writes": "on", "autovacuum": "on", "shared_buffers": "128MB"}
DATABASE = "bench"


def main(benchmark: str, *options: str) -> None:
    """Run it in a process of its own, with these options."""
    with mock.patch.dict(postgres.QUICK, LASTING), postgres.running() as server:
        asyncio.run(server.tell(f"CREATE DATABASE {DATABASE}"))
        command = [sys.executable, "-m", f"benchmarks.{benchmark}", "--database-url", server.url(DATABASE)]
        subprocess.run([*command, *options], check=True)  # noqa: S603 -- our own words


if __name__ == "__main__":
    main(*sys.argv[1:])
