import json
from typing import Any

import pytest
from aiohttp import web

from domain.errors import SourceError
from sources.openagenda import OpenAgenda
from tests.sources import records
from tests.sources.feeds import NOON, FakeTime, all_pages, fetching, serving


def catalogue(count: int, **changes: Any) -> list[dict[str, Any]]:
    """So many records, four at each quarter of an hour."""
    found = []
    for number in range(count):
        day, quarter = divmod(number // 4, 40)
        begin = f"2026-07-{day + 1:02}T{8 + quarter // 4:02}:{quarter % 4 * 15:02}:00+02:00"
        end = begin.replace(":00+02", ":01+02")
        found.append(
            records.openagenda(
                uid=str(50_000_000 + number),
                title_fr=f"Atelier numéro {number}",
                firstdate_begin=begin,
                timings=json.dumps([{"begin": begin, "end": end}]),
                registration="[]",
                **changes,
            )
        )
    return found


class Mirror:
    """Answers as the mirror does: by offset and limit, by first date, no further than 10,000."""

    def __init__(self, found: list[dict[str, Any]]) -> None:
        self.found = found
        self.asked: list[str] = []

    async def __call__(self, request: web.Request) -> web.Response:
        query = request.query
        self.asked.append(f"{query['offset']} {query['where']}")
        offset, limit = int(query["offset"]), int(query["limit"])
        assert limit <= 100
        if offset + limit > 10_000:
            return web.json_response({"message": "Invalid offset"}, status=400)
        _, _, since = query["where"].partition("firstdate_begin >= date'")
        there = [record for record in self.found if record["firstdate_begin"] >= since.strip("'")]
        return web.json_response({"total_count": len(there), "results": there[offset : offset + limit]})


async def sweep(handler: Any, surroundings: Any, time: FakeTime, **limits: Any) -> Any:
    async with serving(handler) as base, fetching(base, time, **limits) as fetcher:
        return await all_pages(OpenAgenda(fetcher, surroundings, url=str(base / "records")))


async def test_all_pages_are_read(surroundings, fake_time):
    mirror = Mirror(catalogue(250))
    found = await sweep(mirror, surroundings, fake_time)
    assert [event.source_id for event in found.events] == [record["uid"] for record in mirror.found]
    assert [asked.partition(" ")[0] for asked in mirror.asked] == ["0", "100", "200"]
    assert "originagenda_uid=\"38495884\" and lastdate_end >= date'2026-06-15'" in mirror.asked[0]


async def test_an_empty_catalogue_is_a_complete_sweep(surroundings, fake_time):
    found = await sweep(Mirror([]), surroundings, fake_time)
    assert (found.events, found.rejected) == ((), ())


@pytest.mark.long
async def test_more_than_the_offset_allows_is_read_by_starting_over_from_the_last_date(
    surroundings, fake_time, monkeypatch
):
    monkeypatch.setattr("sources.openagenda.MAX_OFFSET", 300)
    mirror = Mirror(catalogue(1_000))
    found = await sweep(mirror, surroundings, fake_time)
    assert len(found.events) == len({event.source_id for event in found.events}) == 1_000


async def test_more_at_one_instant_than_the_offset_allows_is_no_complete_sweep(
    surroundings, fake_time, monkeypatch
):
    monkeypatch.setattr("sources.openagenda.MAX_OFFSET", 300)
    same = catalogue(1)[0]["firstdate_begin"]
    crowd = [record | {"firstdate_begin": same} for record in catalogue(400)]
    with pytest.raises(SourceError, match="lists more events than can be read"):
        await sweep(Mirror(crowd), surroundings, fake_time)


async def test_doubles_on_two_pages_become_one_event(surroundings, fake_time):
    found = catalogue(200)
    found[99]["title_fr"] = found[100]["title_fr"] = "Job dating de l'été"
    found[100] |= {key: found[99][key] for key in ("timings", "firstdate_begin")}
    page = await sweep(Mirror(found), surroundings, fake_time)
    (double,) = [event for event in page.events if event.other_ids]
    assert (double.source_id, double.other_ids) == ("50000099", ("50000100",))
    assert len(page.events) == 199


async def test_a_bad_record_is_set_aside_and_the_rest_is_read(surroundings, fake_time):
    found: list[Any] = [*catalogue(3), 5, None, "x", {"uid": "9"}]
    found[1]["timings"] = json.dumps([{"begin": "2503-07-01T08:00:00+02:00"}])

    async def handler(_: web.Request) -> web.Response:
        return web.json_response({"total_count": len(found), "results": found})

    page = await sweep(handler, surroundings, fake_time)
    assert len(page.events) == 2
    assert sorted(record.reason for record in page.rejected) == [
        "absurd date: year 2503", "no date", "not a record", "not a record", "not a record",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"total_count": 300, "results": []}, "openagenda stopped at 0 of 300 records"),
        ({"results": []}, "openagenda answered something else than a list of events"),
        ([], "openagenda answered something else than a list of events"),
        (None, "openagenda answered something else than a list of events"),
    ],
)
async def test_an_incomplete_catalogue_is_no_complete_sweep(surroundings, fake_time, answer, said):
    async def handler(_: web.Request) -> web.Response:
        return web.json_response(answer)

    with pytest.raises(SourceError, match=f"^{said}$"):
        await sweep(handler, surroundings, fake_time)


async def test_a_refused_question_is_said(surroundings, fake_time):
    async def handler(_: web.Request) -> web.Response:
        return web.json_response({"message": "ODSQL error"}, status=400)

    with pytest.raises(SourceError, match=r"^openagenda refused the question \(400\)$"):
        await sweep(handler, surroundings, fake_time)


async def test_pages_read_before_a_failure_have_been_given(surroundings, fake_time):
    mirror = Mirror(catalogue(300))

    async def failing(request: web.Request) -> web.Response:
        if request.query["offset"] == "200":
            return web.Response(text="<html>", content_type="text/html")
        return await mirror(request)

    given = 0
    async with serving(failing) as base, fetching(base, fake_time) as fetcher:
        with pytest.raises(SourceError, match="answered a web page instead of data"):  # noqa: PT012 -- a loop is one thing
            async for page in OpenAgenda(fetcher, surroundings, url=str(base)).sweep(now=NOON):
                given += len(page.events)
    assert 190 <= given <= 200
