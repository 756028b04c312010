"""What the import contracts can't see of the house plan."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
EDGES = ("handlers", "web", "delivery", "sources", "bot")
INTO_A_TABLE = re.compile(r"\buow\.\w+\.\w+")


def test_edges_hand_a_transaction_on_and_never_look_into_it():
    files = [path for edge in EDGES for path in (ROOT / edge).rglob("*.py")]
    assert len(files) > 50
    looked = [f"{path.name}: {found}" for path in files for found in INTO_A_TABLE.findall(path.read_text())]
    assert looked == []
