import pytest

from domain.dead_letters import without_private_parts


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("Bad Request: message is too long", "Bad Request: message is too long"),
        (
            'Bad Request: unsupported start tag "ana" at "martin" offset 5',
            "Bad Request: unsupported start tag … offset 5",
        ),
        ('Bad Request: cut in the "middle of\na word', "Bad Request: cut in the …"),
        ("moved to -1001234567890", "moved to …"),
        ("two\nlines at cards.py:120", "two lines at cards.py:120"),
    ],
)
def test_a_reason_is_told_without_what_it_quotes(reason, told):
    assert without_private_parts(reason) == told
