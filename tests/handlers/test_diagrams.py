"""Each conversation's diagram says what its code does."""

import re
from pathlib import Path

from handlers.alert_questions import CONVERSATION

FOLDER = Path(__file__).parents[2] / "docs" / "conversations"


def test_every_way_in_the_diagram_is_in_the_code_and_the_other_way_round():
    drawn = set(re.findall(r"^ *(\w+) --> (\w+)", (FOLDER / "alert.mmd").read_text(), re.MULTILINE))
    coded = {(name, target) for name, step in CONVERSATION.steps.items() for target in step.leads_to}
    assert drawn == {(str(name), str(target)) for name, target in coded}


def test_every_conversation_has_its_diagram():
    assert {path.stem for path in FOLDER.glob("*.mmd")} == {CONVERSATION.name}
