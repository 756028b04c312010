"""The judge of the chaos run sees each breach, and none where all went well."""

import pytest

from chaos import oracle
from chaos.oracle import Blow, Call, Ledger, Log

ANA, BEN = 1, 2


def call(number, chat=ANA, text="Rencontre 1", *, at=None, **changes):
    made = {
        "number": number,
        "at": float(number if at is None else at),
        "method": "sendMessage",
        "chat": chat,
        "text": text,
        "query": "",
        "is_taken": True,
        "status": 200,
        "fault": "",
        "said": "",
        "titles": frozenset(oracle.TITLE.findall(text)),
    }
    return Call(**made | changes)


def refused(number, chat=ANA, **changes):
    return call(number, chat, is_taken=False, status=403, said="bot was blocked by the user", **changes)


def ledger(*titles, blows=(), **changes):
    owed = {(person, title) for person in (ANA, BEN) for title in titles or ("Rencontre 1",)}
    return Ledger(owed=owed, blows=[Blow(at, doubles) for at, doubles in blows], **changes)


def log(*calls, path):
    made = Log(path)
    made.add(calls)
    return made


def test_what_is_owed_is_due_until_it_came_or_nobody_is_there(tmp_path):
    seen = log(call(1), refused(2, BEN), path=tmp_path / "calls")
    assert seen.due(ledger("Rencontre 1", "Rencontre 2")) == {(ANA, "Rencontre 2")}
    assert seen.due(ledger(leaving={ANA}, blows=())) == set()


def test_what_telegram_would_never_take_is_told_apart(tmp_path):
    seen = log(call(1, is_taken=False, status=400, said="can't parse entities"), path=tmp_path / "calls")
    assert seen.refused == {(ANA, "Rencontre 1")}
    assert seen.due(ledger()) == {(ANA, "Rencontre 1"), (BEN, "Rencontre 1")}


def test_all_went_well():
    assert list(oracle.breaches(ledger(), [call(1), call(2, BEN)])) == []


@pytest.mark.parametrize(
    ("blows", "calls", "breaches"),
    [
        ([], [call(1), call(3)], 1),
        ([(2, 8)], [call(1), call(3)], 0),
        ([(0.5, 8), (4, 8)], [call(1), call(3)], 1),
        ([], [call(1, fault="reply_lost"), call(3)], 0),
        ([(2, 8)], [call(1), call(3), call(5)], 1),
        ([(2, 1)], [call(1), call(1.5, BEN), call(3), call(4, BEN)], 1),
        # the second kill alone explains the one that was taken after the first
        ([(2, 1), (5, 1)], [call(1), call(3, BEN), call(6), call(7, BEN)], 0),
        ([(2, 8)], [call(1), call(3, text="Forum 4, Rencontre 1")], 0),
    ],
)
def test_a_double_needs_a_lost_answer_or_a_kill_with_room_for_it(blows, calls, breaches):
    assert len(oracle.unexplained(ledger(blows=blows), calls)) == breaches


def test_of_one_chat_what_was_due_first_must_be_tried_first():
    book = ledger("Rencontre 1", "Rencontre 2", in_order={ANA: ["Rencontre 1", "Rencontre 2"]})
    one, two = call(1, is_taken=False, status=502), call(2, text="Rencontre 2")
    assert list(oracle.breaches(book, [one, two, call(3)])) == []
    (breach,) = oracle.breaches(book, [two, call(3)])
    assert "first tried by calls [3, 2]" in breach


def test_who_is_not_there_is_not_written_to_again_unless_a_kill_came_in_between():
    calls = [refused(1), call(14)]
    (breach,) = oracle.breaches(ledger(), calls)
    assert "of whom call 1 said" in breach
    assert list(oracle.breaches(ledger(blows=[(2, 8)]), calls)) == []
    assert list(oracle.breaches(ledger(blows=[(13, 8)]), calls)) != []
    assert list(oracle.breaches(ledger(), [refused(1, fault="reply_lost"), call(14)])) == []
    assert list(oracle.breaches(ledger(outages=[(0.5, 1.5)]), calls)) == []
    late = ledger()
    late.blows.append(Blow(0.5, 8, lasts=2))
    assert list(oracle.breaches(late, calls)) == [], "who asked was dead when a busy stand-in answered"


def test_who_left_is_not_written_to():
    book = ledger("Rencontre 1", "Rencontre 2", left={ANA: 1.0})
    assert list(oracle.breaches(book, [call(1), call(2, text="Rencontre 2"), call(3, BEN)])) == []
    assert len(list(oracle.breaches(book, [call(2), call(3, text="Rencontre 2")]))) == 1
    assert len(list(oracle.breaches(book, [call(40)]))) == 1


def test_nobody_hears_what_was_not_promised_but_who_asked():
    calls = [call(1, text="Annulé"), call(2, text="Rencontre 7")]
    assert len(list(oracle.breaches(ledger(), calls))) == 2
    assert list(oracle.breaches(ledger(speaking={ANA}), calls)) == []


def test_taps_are_answered_once_and_in_their_order():
    book = ledger(taps={ANA: ["a", "b"], BEN: ["c"]})

    def answers(*queries):
        return [
            call(number, 0, "", method="answerCallbackQuery", query=query)
            for number, query in enumerate(queries, start=1)
        ]

    assert list(oracle.breaches(book, answers("c", "a", "b"))) == []
    assert len(list(oracle.breaches(book, answers("b", "a")))) == 1
    assert len(list(oracle.breaches(book, answers("a", "a")))) == 1


def test_a_line_that_is_still_being_written_is_read_later(tmp_path):
    line = (
        '{"number": 1, "at": "2027-03-01T09:00:00+00:00", "method": "sendMessage", "accepted": true, '
        '"status": 200, "fault": null, "params": {"chat_id": 5, "text": "<b>Rencontre 12</b>"}, '
        '"answer": {"ok": true}}\n'
    )
    path = tmp_path / "calls"
    path.write_text(line + line[:40])
    seen = Log(path)
    (one,) = seen.read()
    assert (one.chat, one.titles, one.is_taken) == (5, {"Rencontre 12"}, True)
    path.write_text(line * 2)
    assert len(seen.read()) == 1
    assert seen.came == {(5, "Rencontre 12")}
