"""`python -m bot`: see bot/cli.py."""

import gc
import sys

gc.disable()  # nothing that is imported is ever garbage: looking for it takes a quarter of the start

from bot import cli, memory  # noqa: E402 -- after gc.disable

gc.freeze()
gc.enable()

if __name__ == "__main__":
    memory.share_one_arena()
    sys.exit(cli.main())
