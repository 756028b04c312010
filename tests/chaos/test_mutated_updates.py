"""Two thousand valid updates, each bent somewhere: all are done or set aside, and nobody waits behind."""

import copy
import json
import random
import re

import pytest

from storage.tables import inbox

pytestmark = pytest.mark.long

MUTATIONS, BATCH = 2000, 100
ODD = [
    None, True, 0, -1, 2**31, 2**53, 2**63, 2**200, 1e308, "", " ", "\0", "x" * 5000, "\u202e🙂", "<b>",
    "/start", "begin1", "sector1:N", "2027-03-01", "private", "supergroup",
    [], [[]], [None], {}, {"id": 1}, {"": ""},
]  # fmt: skip
SHAPES = {"dict", "list", "str", "int", "float", "bool", "NoneType"}


@pytest.fixture
async def samples(stage):
    """One of each kind of update, as the stand-in sends them."""
    seen, push = [], stage.telegram.updates.on_push

    def on_push(event):
        seen.append(json.loads(event.json))
        push(event)

    stage.telegram.updates.on_push = on_push
    someone = stage.person("Marqueur", "fr")
    await someone.start("e12")
    await someone.start()
    await someone.tap("Commencer")
    await someone.say("Toulouse, marqueur@example.org")
    await someone.share(43.6, 1.44)
    for kind in ("photo", "voice", "sticker", "document"):
        await someone.send(kind)
    await someone.say("30 km")
    await someone.edit("50 km")
    await someone.tap_data("sector1:N")
    await someone.tap_data("marqueur:1")
    stage.telegram.block(someone.id)
    stage.telegram.unblock(someone.id)
    group = stage.telegram.add_group("Marqueur", by=someone.id)
    stage.telegram.say(someone.id, "/start", chat_id=group.id)
    stage.telegram.migrate(group.id)
    await stage.settle()
    stage.telegram.updates.on_push = push
    return seen


def paths(value, path=()):
    """Every place in an update but its number."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        if (*path, key) != ("update_id",):
            yield (*path, key)
            yield from paths(below, (*path, key))


def mutated(sample, chance):
    """Bend a sample in one to three places: something is deleted, replaced or added."""
    update = copy.deepcopy(sample)
    for _ in range(chance.randint(1, 3)):
        places = list(paths(update))
        if not places:
            break
        *way, last = chance.choice(places)
        parent = update
        for key in way:
            parent = parent[key]
        odd = copy.deepcopy(chance.choice(ODD))
        match chance.choice(("delete", "set", "set", "add")):
            case "delete":
                del parent[last]
            case "set":
                parent[last] = odd
            case "add" if isinstance(parent, dict):
                parent[chance.choice([key for path in places for key in path if isinstance(key, str)])] = odd
            case "add":
                parent.append(odd)
    return update


@pytest.mark.timeout(300)
async def test_every_mutation_is_handled_or_set_aside_and_nobody_waits_behind(stage, lea, samples, written):
    chance = random.Random(20)
    await lea.start()
    await lea.tap("Commencer")
    for _ in range(MUTATIONS // BATCH):
        for _ in range(BATCH):
            stage.telegram.updates.push_raw(mutated(chance.choice(samples), chance))
        before = lea.last["id"]
        assert "Je ne connais pas ce lieu" in await lea.say("qwxzqwxz")
        assert lea.last["id"] > before
    await stage.settle()
    rows = await stage.rows(inbox)
    states = {
        state: [row for row in rows if row["state"] == state] for state in {row["state"] for row in rows}
    }
    assert set(states) == {"done", "quarantined"}
    assert len(rows) >= MUTATIONS
    for row in states["quarantined"]:
        assert re.fullmatch(r"not an update that we can read|of no chat|\w+ while handling", row["reason"])
        assert set(leaves(json.loads(row["body"]))) <= SHAPES
    log = written()
    for trouble in ("a background task failed", "not answered", "nothing can be set aside", "no updates"):
        assert trouble not in log, [line for line in log.splitlines() if trouble in line][:5]
    assert "arqueur" not in log


def leaves(value):
    """Return the values that have nothing below them."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if inner is None:
        return [value]
    return [leaf for each in inner for leaf in leaves(each)]
