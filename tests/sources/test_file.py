import json

import pytest

from domain.errors import SourceError
from domain.job_events import EventKind
from sources.file import File
from tests.sources import records
from tests.sources.feeds import NOON, all_pages


@pytest.fixture
def file(tmp_path, surroundings):
    def written(content: object) -> File:
        path = tmp_path / "events.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return File(path, surroundings)

    return written


@pytest.mark.parametrize("wrapped", [lambda found: found, *(
    lambda found, name=name: {name: found, "totalElements": 9} for name in ("results", "records", "content")
)])  # fmt: skip
async def test_each_format_is_told_by_its_content_and_may_be_wrapped(file, wrapped):
    online = records.mee(id=2, titre="Conférence", type=None, dateEvenement="2026-06-23T09:30:00+02:00")
    found = await all_pages(file(wrapped([records.openagenda(), online])))
    assert [(event.source, event.source_id, event.kind) for event in found.events] == [
        ("file", "40000001", EventKind.JOB_DATING),
        ("file", "2", EventKind.CONFERENCE),
    ]


async def test_the_same_event_in_both_formats_is_one(file):
    found = await all_pages(file([records.openagenda(), records.mee()]))
    (event,) = found.events
    assert (event.source_id, event.other_ids) == ("700001", ("40000001",))


async def test_what_is_no_record_is_set_aside(file):
    found = await all_pages(file([None, 5, [], {"hello": "world"}, records.mee()]))
    assert len(found.events) == 1
    assert [record.reason for record in found.rejected] == ["not a record"] * 3 + ["no id"]


async def test_much_is_given_in_pages(file):
    many = [records.mee(id=number, titre=f"Atelier {number}") for number in range(1, 251)]
    pages = [page async for page in file(many).sweep(now=NOON)]
    assert [len(page.events) for page in pages] == [100, 100, 50]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "file events.json is not JSON, or only part of it"),
        ('[{"uid": "1"', "file events.json is not JSON, or only part of it"),
        ("[" * 100_000, "file events.json is not JSON, or only part of it"),
        ("{}", "file holds no list of events"),
        ("5", "file holds no list of events"),
    ],
)
async def test_an_unreadable_file_reads_as_one_line(file, content, said):
    with pytest.raises(SourceError, match=f"^{said}$"):
        await all_pages(file(content))


async def test_a_file_too_large_is_refused(file, monkeypatch):
    monkeypatch.setattr("sources.file.MAX_BYTES", 2**20)
    with pytest.raises(SourceError, match=r"^file events.json is larger than 1 MB; refused$"):
        await all_pages(file("[" + " " * 2**20 + "]"))


async def test_a_missing_file_reads_as_one_line(tmp_path, surroundings):
    with pytest.raises(SourceError, match=r"^file events.json cannot be read \(No such file or directory\)$"):
        await all_pages(File(tmp_path / "events.json", surroundings))
