"""The recorded events beside the project: none is lost, and their fields agree with labels made by hand.

Whoever wrote the labels had not seen the importer. It ran once without having seen them; that first run
agreed on 100 % of zones, 99.2 % of communes and modes, 89.8 % of kinds, 94.9 % of sectors (78.8 % as exact
sets). What the importer says now came after the labels had been looked at.
"""

import csv
import datetime as dt
import os
from collections import defaultdict
from pathlib import Path

import pytest

from domain.job_events import JobEvent
from domain.sectors import SectorBasis
from sources import plain_text
from sources.file import File
from sources.reading import Page
from tests.sources.feeds import all_pages

PROJECT = Path(__file__).parents[2]
RECORDED = PROJECT.parent / "shared" / "domain" / "data" / "openagenda_events.json"
LABELS = Path(__file__).with_name("openagenda_labels.csv")
BEFORE_THE_FIRST = dt.datetime(2025, 2, 1, tzinfo=dt.UTC)
LEAST_AGREEMENT = 0.9

pytestmark = pytest.mark.shared


@pytest.fixture
async def page(surroundings) -> Page:
    if not RECORDED.exists():
        absent = f"put the recorded events at {RECORDED.relative_to(PROJECT.parent)}, beside the project"
        if os.environ.get("CI"):  # noqa: TID251 -- only here: nothing may be skipped in CI
            pytest.fail(absent)
        pytest.skip(absent)
    return await all_pages(File(RECORDED, surroundings), BEFORE_THE_FIRST)


async def test_every_record_is_imported_merged_or_set_aside_with_a_reason(page):
    imported = {event.source_id for event in page.events}
    merged = {source_id for event in page.events for source_id in event.other_ids}
    rejected = {record.source_id for record in page.rejected}
    assert len(imported) + len(merged) + len(rejected) == len(imported | merged | rejected) == 118
    assert all(event.starts_at > BEFORE_THE_FIRST for event in page.events)
    assert all(record.reason for record in page.rejected)
    assert rejected == set(), "a person could place each of them"


NONE = frozenset({"unknown", "multi", "any"})
"""What stands for no sector of its own."""


def sectors_of(event: JobEvent) -> str:
    if event.multisector:
        return "multi"
    if event.sector_basis is SectorBasis.UNKNOWN:
        return "unknown"
    return "".join(sorted(sector.value for sector in event.sectors))


def fields_of(event: JobEvent) -> dict[str, str]:
    return {
        "sectors": sectors_of(event),
        "mode": {1: "onsite", 2: "online", 3: "both"}[event.mode.value],
        "kind": event.kind.value,
        "commune": event.commune or "",
        "zone": event.zone,
    }


def letters_of(said: str) -> set[str]:
    """No letters where no sector is named."""
    return set() if said in NONE else set(said)


def agree(field: str, event: JobEvent, labelled: str) -> bool:
    """Sectors agree when one at least is shared, or both name none: that is whom an alert reaches."""
    imported = fields_of(event)[field]
    if field == "sectors":
        return bool(letters_of(imported) & letters_of(labelled)) or {imported, labelled} <= NONE
    if field == "commune" and not labelled.isdecimal():
        return plain_text.folded(labelled) in {"", plain_text.folded(event.commune_name)}
    return imported == labelled


def likeness(imported: str, labelled: str) -> float:
    """Jaccard's index of two sets of sectors, 1 when both name none."""
    one, other = letters_of(imported), letters_of(labelled)
    return len(one & other) / len(one | other) if one | other else 1.0


async def test_imported_fields_agree_with_the_labels(page):
    by_id = {name: event for event in page.events for name in (event.source_id, *event.other_ids)}
    with LABELS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    differing: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        event = by_id[row["uid"]]
        for field, imported in fields_of(event).items():
            labelled = row[field].strip()
            if not agree(field, event, labelled):
                differing[field].append(f"{row['uid']}: imported {imported}, labelled {labelled}")
    agreement = {field: 1 - len(differing[field]) / len(rows) for field in fields_of(page.events[0])}
    pairs = [(sectors_of(by_id[row["uid"]]), row["sectors"].strip()) for row in rows]
    exact = sum(imported == labelled for imported, labelled in pairs) / len(rows)
    jaccard = sum(likeness(*pair) for pair in pairs) / len(rows)
    report = "\n".join([
        *(f"{field}: {share:.1%}" for field, share in agreement.items()),
        f"sectors, exact set: {exact:.1%}; mean Jaccard index: {jaccard:.3f}",
        *(f"{field} {line}" for field, lines in differing.items() for line in lines),
    ])  # fmt: skip
    print(report)  # noqa: T201 -- the figures, for who runs this test with -s
    assert len(rows) == 118
    assert min(agreement.values()) >= LEAST_AGREEMENT, report
