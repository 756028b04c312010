"""What the import contracts can't see of the house plan."""

import re
from pathlib import Path

from bot import logs

ROOT = Path(__file__).parents[1]
EDGES = ("handlers", "web", "delivery", "sources", "bot")
PLAIN_LOG = re.compile(r"^(?:import|from) logging\b", re.MULTILINE)
INTO_A_TABLE = re.compile(r"\buow\.\w+\.\w+")


def test_edges_hand_a_transaction_on_and_never_look_into_it():
    files = [path for edge in EDGES for path in (ROOT / edge).rglob("*.py")]
    assert len(files) > 50
    looked = [f"{path.name}: {found}" for path in files for found in INTO_A_TABLE.findall(path.read_text())]
    assert looked == []


def test_one_library_writes_the_log():
    rooms = [ROOT / room for room in logs.ROOMS]
    plain = [path for room in rooms for path in room.rglob("*.py") if PLAIN_LOG.search(path.read_text())]
    assert plain == [ROOT / "bot" / "logs.py"]
