"""Each conversation's diagram says what its code does."""

import re
from pathlib import Path

import pytest

from handlers.questions import CONVERSATIONS

FOLDER = Path(__file__).parents[2] / "docs" / "conversations"


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda conversation: conversation.name)
def test_every_way_in_the_diagram_is_in_the_code_and_the_other_way_round(conversation):
    diagram = (FOLDER / f"{conversation.name}.mmd").read_text()
    drawn = set(re.findall(r"^ *(\w+) --> (\w+)", diagram, re.MULTILINE))
    coded = {(name, target) for name, step in conversation.steps.items() for target in step.leads_to}
    assert drawn == {(str(name), str(target)) for name, target in coded}


def test_every_conversation_has_its_diagram():
    assert {path.stem for path in FOLDER.glob("*.mmd")} == {
        conversation.name for conversation in CONVERSATIONS
    }
