"""What people do and are promised meanwhile: reminders, matches, taps, and some leave."""

import datetime as dt
import random
import re
import time
from collections import defaultdict
from dataclasses import dataclass, field

import sqlalchemy as sa

from bot.clock import wall
from chaos.feed import Feed
from chaos.oracle import Ledger, Log
from chaos.stand_in import SECTOR, StandIn
from domain.alert_drafts import AlertDraft
from domain.alerts import Alert
from domain.conversations import ConversationState
from domain.errors import StorageError
from domain.globe import Point
from domain.job_events import EventKind, JobEvent, Mode
from domain.reminders import Lead, Reminder
from domain.schedule import FRENCH_ZONES
from domain.sectors import Sector, SectorBasis
from domain.subscribers import Subscriber, is_quiet
from handlers.asking import Ask
from storage import Database, UnitOfWork

READERS, SEEKERS, TAPPING = 240, 24, 6
UNDER_WAY = 200
"""So many messages wait at a time: few enough to come within the seconds that an end may take, and enough to
go on with while those that a killed process had claimed wait for the end of its lease."""
MOST_AT_ONCE = 3
"""Messages that one person waits for, in order."""
DUE_SINCE = dt.timedelta(hours=2)
"""What is promised is due at once by every clock that is wrong by less."""
AWAKE_FOR = dt.timedelta(hours=2)
TOULOUSE = Point(43.6045, 1.444)
LETTERS = [sector.value for sector in Sector]
ERASE = "erase1:1"
DIGEST = re.compile(r"(\d+) événements pour vous")
PATIENCE_S = 60.0
_Row = tuple[int, str]


def wakeful_zone() -> str:
    """Return a zone where it is day, and was and will be for hours: clocks will be wrong by one."""
    now = wall()
    hours = (now - AWAKE_FOR, now, now + AWAKE_FOR)
    return next(zone for zone in FRENCH_ZONES if not any(is_quiet(hour, zone) for hour in hours))


@dataclass
class Load:
    """All that happens to one bot from outside, but for the blows."""

    telegram: StandIn
    data: Database
    feed: Feed
    log: Log
    ledger: Ledger
    chance: random.Random
    zone: str = field(default_factory=wakeful_zone)
    readers: list[int] = field(default_factory=list)
    seekers: set[int] = field(default_factory=set)
    """Those of them who have an alert."""
    ever_seeking: set[int] = field(default_factory=set)
    tapping: list[int] = field(default_factory=list)
    ticked: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    forums: list[str] = field(default_factory=list)
    taps: int = 0
    crowd: int = READERS
    most: int = UNDER_WAY
    serial: int = 0
    """Of the last title."""
    _unanswered: dict[str, tuple[int, float]] = field(default_factory=dict)
    """By number of a tap: whose, and since when (time.monotonic)."""

    async def prepare(self) -> None:
        """Let people in; some stand at the question of sectors."""
        self.tapping = await self.telegram.crowd(TAPPING)
        self.ledger.speaking.update(self.tapping)
        now = wall()
        async with self.data.unit_of_work() as uow:
            for person in self.tapping:
                await uow.subscribers.add(Subscriber(id=person, zone=self.zone, created_at=now))
                draft = AlertDraft(commune="31555", place_label="Toulouse").written()
                state = ConversationState(name="alert", step=Ask.SECTORS, draft=draft, updated_at=now)
                await uow.conversations.save(person, state)
        await self.fill_up()

    def read(self) -> None:
        """See what came, and who has the answer to a goodbye."""
        for call in self.log.read():
            if call.query in self._unanswered:
                self._note_answer(call.query)
            digest = DIGEST.search(call.text) if call.is_taken else None
            if digest and int(digest[1]) > len(call.titles):
                self._excuse(call.chat)
            is_answer = (
                call.is_taken and not call.titles and call.method in {"sendMessage", "editMessageText"}
            )
            if is_answer and call.chat in self.ledger.leaving:
                self.ledger.left.setdefault(call.chat, call.at)
        away = self.log.gone | self.ledger.leaving
        self.readers = [person for person in self.readers if person not in away]
        self.seekers.difference_update(away)

    def _excuse(self, person: int) -> None:
        """Some of what fits is told on the further pages of a message: nobody says which."""
        told = ({(person, title) for title in self.forums} & self.ledger.owed) - self.log.came
        self.ledger.owed -= told
        self.ledger.perhaps |= told

    def _note_answer(self, query: str) -> None:
        """Taps of one person are answered in order: none before this one waits any more."""
        person, at = self._unanswered[query]
        self._unanswered = {
            other: (who, when)
            for other, (who, when) in self._unanswered.items()
            if who != person or when > at
        }

    async def fill_up(self) -> None:
        """Let others in for those who left."""
        wanted = self.crowd - len(self.readers)
        if wanted <= 0:
            return
        new = await self.telegram.crowd(wanted)
        seeking = new[: max(0, SEEKERS - len(self.seekers))]
        # what was published before they came may not be read yet; and an outage may keep them, and not say so
        self.ever_seeking.update(seeking)
        self.ledger.perhaps.update((person, title) for person in seeking for title in self.forums)
        try:
            async with self.data.unit_of_work() as uow:
                for person in new:
                    await uow.subscribers.add(Subscriber(id=person, zone=self.zone, created_at=wall()))
                for person in seeking:
                    await uow.alerts.add(_alert(person))
        except (StorageError, OSError):
            return  # nobody is promised anything
        self.readers += new
        self.seekers.update(seeking)

    async def promise(self) -> None:
        """Promise reminders, due at once, until enough wait."""
        due = self.log.due(self.ledger)
        waiting = {chat for chat, _ in due}
        free = [person for person in self.readers if person not in waiting]
        wanted = self.most - len(due)
        if wanted <= 0 or not free:
            return
        titles = [self._title("Rencontre") for _ in range(MOST_AT_ONCE)]
        rows: list[_Row] = []
        for person in self.chance.sample(free, len(free)):
            if len(rows) >= wanted:
                break
            rows += [(person, title) for title in titles[: self.chance.randint(1, MOST_AT_ONCE)]]
        for person, title in rows:
            self.ledger.in_order[person].append(title)
        try:
            async with self.data.unit_of_work() as uow:
                await self._remind(uow, titles, rows)
        except (StorageError, OSError):
            self.ledger.perhaps.update(rows)
        except sa.exc.IntegrityError:
            return  # one of them was erased meanwhile: nobody is promised anything
        else:
            self.ledger.owed.update(rows)

    async def _remind(self, uow: UnitOfWork, titles: list[str], rows: list[_Row]) -> None:
        now = wall()
        events = [_event(title, self.zone, now) for title in titles]
        kept = await uow.job_events.add_many(events, now=now, is_baseline=True)
        number = {event.title: number for number, event in kept.items()}
        place = {title: place for place, title in enumerate(titles)}
        for person, title in rows:
            due_at = now - DUE_SINCE + dt.timedelta(milliseconds=place[title])
            await uow.reminders.save(
                Reminder(subscriber_id=person, job_event_id=number[title], lead=Lead.TWO_HOURS, due_at=due_at)
            )

    def is_behind(self) -> bool:
        """Return whether Telegram may soon forget a tap: it does after 150 s, however slow the machine."""
        return any(time.monotonic() - at > PATIENCE_S for _, at in self._unanswered.values())

    def publish(self) -> None:
        """Let the source list a new event, which fits every alert."""
        title = self._title("Forum")
        self.feed.publish(title)
        self.forums.append(title)
        self.ledger.owed.update((person, title) for person in self.seekers)
        # that somebody left may not be noted before a kill
        self.ledger.perhaps.update((person, title) for person in self.ever_seeking)

    async def tap(self) -> None:
        """Let somebody tick a sector, or untick it."""
        await self.tap_by(self.chance.choice(self.tapping))

    async def tap_by(self, person: int) -> None:
        """Let this person."""
        letter = self.chance.choice(LETTERS)
        query = await self.telegram.tap(person, f"{SECTOR}{letter}")
        self.ledger.taps[person].append(query)
        self._unanswered[query] = (person, time.monotonic())
        self.ticked[person] ^= {letter}
        self.taps += 1

    async def leave(self) -> None:
        """Let somebody go, in one of the four ways."""
        person = self.chance.choice(self.readers)
        self.readers.remove(person)  # nobody leaves twice, however long it takes until the log is read again
        way = self.chance.choice(("block", "close", "stop", "erase"))
        self.ledger.leaving.add(person)
        match way:
            case "block":
                await self.telegram.block(person)
            case "close":
                await self.telegram.deactivate(person)
            case "stop":
                self.ledger.speaking.add(person)
                await self.telegram.say(person, "/stop")
            case "erase":
                self.ledger.speaking.add(person)
                await self.telegram.tap(person, ERASE)

    def _title(self, word: str) -> str:
        self.serial += 1
        return f"{word} {self.serial}"


def _alert(person: int) -> Alert:
    return Alert(
        subscriber_id=person,
        commune="31555",
        place_label="Toulouse",
        point=TOULOUSE,
        created_at=wall(),
    )


def _event(title: str, zone: str, now: dt.datetime) -> JobEvent:
    return JobEvent(
        source="chaos",
        source_id=title,
        kind=EventKind.JOB_DATING,
        title=title,
        starts_at=now + dt.timedelta(days=2),
        ends_at=now + dt.timedelta(days=2, hours=2),
        zone=zone,
        mode=Mode.ON_SITE,
        commune="31555",
        commune_name="Toulouse",
        point=TOULOUSE,
        sectors=frozenset({Sector.HOSPITALITY}),
        sector_basis=SectorBasis.STATED,
    )
