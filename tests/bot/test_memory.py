"""Where the memory of threads comes from, as glibc tells it."""

import platform
import runpy
import subprocess
import sys

import pytest

from bot import cli, memory

ARENAS = """
import ctypes, sys, threading
from bot import memory

if sys.argv[1] == "shared":
    memory.share_one_arena()
libc = ctypes.CDLL(None)
libc.fopen.restype = libc.malloc.restype = ctypes.c_void_p
together = threading.Barrier(4)


def take():
    together.wait()
    libc.malloc(5_000)
    together.wait()


threads = [threading.Thread(target=take) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
file = ctypes.c_void_p(libc.fopen(b"/dev/stdout", b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="no other C library has arenas")
@pytest.mark.parametrize(("how", "is_one"), [("shared", True), ("as it is", False)])
def test_all_threads_share_one_arena(how, is_one):
    command = [sys.executable, "-c", ARENAS, how]
    told = subprocess.run(command, capture_output=True, text=True, check=True, env={})  # noqa: S603 -- our own words
    assert (told.stdout.count("<heap nr=") == 1) is is_one


def test_the_program_begins_with_it(monkeypatch):
    done = []
    monkeypatch.setattr(memory, "share_one_arena", lambda: done.append("shared"))
    monkeypatch.setattr(cli, "main", lambda: done.append("run") or 7)
    with pytest.raises(SystemExit, match="7"):
        runpy.run_module("bot", run_name="__main__")
    assert done == ["shared", "run"]
