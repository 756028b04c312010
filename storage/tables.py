"""Every table, on one page. What must always hold is written beside it."""

from typing import Any

import sqlalchemy as sa

from domain.agencies import Act
from domain.alerts import Frequency
from domain.announcements import State
from domain.imports import Outcome
from domain.job_events import EventKind, EventStatus
from domain.matching import SectorFit
from domain.outbox import Kind, SendState
from domain.reminders import Lead
from domain.sectors import SectorBasis
from domain.subscribers import Language, Standing
from storage.columns import Chosen, Instant

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers only INTEGER keys by itself.
Serial = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _of_subscriber(*, primary: bool = False) -> sa.Column[int]:
    """Everything about a person goes when the person goes."""
    return sa.Column(
        "subscriber_id",
        sa.BigInteger,
        sa.ForeignKey("subscribers.id", ondelete="CASCADE", onupdate="CASCADE"),
        primary_key=primary,
        nullable=False,
    )


def _partial(condition: str) -> dict[str, Any]:
    """Index only the rows of which this is true; PostgreSQL is told by `for_every_database`."""
    return {"sqlite_where": sa.text(condition)}


subscribers = sa.Table(
    "subscribers",
    metadata,
    # Telegram's id of the chat
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("language", Chosen(Language), nullable=False),
    sa.Column("zone", sa.String, nullable=False),
    sa.Column("standing", Chosen(Standing), nullable=False),
    sa.Column("resumes_at", Instant),
    sa.Column("erase_at", Instant),
    sa.Column("created_at", Instant, nullable=False),
)

conversations = sa.Table(
    "conversations",
    metadata,
    _of_subscriber(primary=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("step", sa.String, nullable=False),
    # what was answered so far, JSON
    sa.Column("draft", sa.Text, nullable=False),
    # the message being edited in place
    sa.Column("screen_id", sa.BigInteger),
    sa.Column("updated_at", Instant, nullable=False),
)

alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    _of_subscriber(),
    sa.Column("commune", sa.String),
    sa.Column("place_label", sa.String, nullable=False),
    sa.Column("latitude", sa.Float),
    sa.Column("longitude", sa.Float),
    sa.Column("radius_km", sa.Integer, nullable=False),
    sa.Column("sectors", sa.Integer, nullable=False),
    sa.Column("takes_unknown_sector", sa.Boolean, nullable=False),
    sa.Column("half_days", sa.Integer, nullable=False),
    sa.Column("not_before", sa.Date),
    sa.Column("not_after", sa.Date),
    sa.Column("modes", sa.Integer, nullable=False),
    sa.Column("frequency", Chosen(Frequency), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Index("ix_alerts_subscriber_id", "subscriber_id"),
)

# All that matching reads of an alert: one row under the alert's own cell, and one
# under ONLINE_CELL when it takes online events. Written with the alert, and with its owner, always.
alert_cells = sa.Table(
    "alert_cells",
    metadata,
    sa.Column("cell", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column(
        "alert_id",
        Serial,
        sa.ForeignKey("alerts.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("mask", sa.BigInteger, nullable=False),
    sa.Column("x", sa.BigInteger, nullable=False),
    sa.Column("y", sa.BigInteger, nullable=False),
    sa.Column("z", sa.BigInteger, nullable=False),
    sa.Column("squared_reach", sa.BigInteger, nullable=False),
    sa.Column("first_day", sa.Integer, nullable=False),
    sa.Column("last_day", sa.Integer, nullable=False),
    # the alert's own; no foreign key, for which an index over everybody would be kept
    sa.Column("subscriber_id", sa.BigInteger, nullable=False),
    sa.Column("frequency", Chosen(Frequency), nullable=False),
    # its owner's own: to look for them cost as much as all the rest of matching
    sa.Column("zone", sa.String, nullable=False),
    sa.Column("standing", Chosen(Standing), nullable=False),
    sa.Index("ix_alert_cells_alert_id", "alert_id"),
    sqlite_with_rowid=False,
)

job_events = sa.Table(
    "job_events",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("source_id", sa.String, nullable=False),
    sa.Column("mee_id", sa.BigInteger),
    sa.Column("kind", Chosen(EventKind), nullable=False),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("starts_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("zone", sa.String, nullable=False),
    sa.Column("mode", sa.Integer, nullable=False),
    sa.Column("place_name", sa.String, nullable=False),
    sa.Column("address", sa.String, nullable=False),
    sa.Column("commune", sa.String),
    sa.Column("commune_name", sa.String, nullable=False),
    sa.Column("latitude", sa.Float),
    sa.Column("longitude", sa.Float),
    sa.Column("sectors", sa.Integer, nullable=False),
    sa.Column("sector_basis", Chosen(SectorBasis), nullable=False),
    sa.Column("multisector", sa.Boolean, nullable=False),
    sa.Column("status", Chosen(EventStatus), nullable=False),
    sa.Column("seats_total", sa.Integer),
    sa.Column("seats_left", sa.Integer),
    sa.Column("organiser", sa.String, nullable=False),
    sa.Column("url", sa.String, nullable=False),
    # audiences, benefits, objectives, operations: lists of labels, JSON
    sa.Column("labels", sa.Text, nullable=False),
    # worked out from the above when written, so that one alert can be held against all events in SQL
    sa.Column("half_days", sa.Integer, nullable=False),
    sa.Column("is_drop_in", sa.Boolean, nullable=False),
    sa.Column("local_day", sa.Integer, nullable=False),
    sa.Column("x", sa.BigInteger),
    sa.Column("y", sa.BigInteger),
    sa.Column("z", sa.BigInteger),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("first_seen_at", Instant, nullable=False),
    # part of a source's first sweep: shown, never pushed
    sa.Column("is_baseline", sa.Boolean, nullable=False),
    sa.UniqueConstraint("source", "source_id"),
    sa.Index("ix_job_events_starts_at", "starts_at"),
    sa.Index("ix_job_events_mee_id", "mee_id"),
)

# Each id under which a source lists an event; doubles lead to the same event.
listings = sa.Table(
    "listings",
    metadata,
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("source_id", sa.String, primary_key=True),
    sa.Column("job_event_id", Serial, sa.ForeignKey("job_events.id", ondelete="CASCADE"), nullable=False),
    sa.Column("fingerprint", sa.String, nullable=False),
    # the last import run in which it was seen
    sa.Column("seen_in", sa.BigInteger, nullable=False),
    # complete sweeps in a row from which it was missing
    sa.Column("absences", sa.Integer, nullable=False),
    sa.Index("ix_listings_job_event_id", "job_event_id"),
    sqlite_with_rowid=False,
)

sources = sa.Table(
    "sources",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("first_read_at", Instant, nullable=False),
    # the first complete sweep: nothing before it is pushed
    sa.Column("baseline_at", Instant),
    sa.Column("last_complete_at", Instant),
    sa.Column("failing_since", Instant),
    sa.Column("last_error", sa.Text),
    # complete sweeps since lack too much to be believed
    sa.Column("held_back_since", Instant),
    # when operators last heard of a trouble
    sa.Column("told_at", Instant),
)

import_runs = sa.Table(
    "import_runs",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("finished_at", Instant),
    sa.Column("outcome", Chosen(Outcome), nullable=False),
    # how many were new, changed, past… (domain/imports.py), JSON
    sa.Column("figures", sa.Text, nullable=False),
)

quarantined_records = sa.Table(
    "quarantined_records",
    metadata,
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("source_id", sa.String, primary_key=True),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("raw", sa.Text, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
)

# One row a person and event, however many ways it fits: it is never told twice. Event by event:
# those of a new one are written side by side. There is no index by person, nor a foreign key, which would
# need one: each row of it would be written on a page of its own. What waits for a person is found by the
# instants at which they are told, all else by each event.
matches = sa.Table(
    "matches",
    metadata,
    sa.Column(
        "job_event_id",
        Serial,
        sa.ForeignKey("job_events.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("subscriber_id", sa.BigInteger, primary_key=True, autoincrement=False),
    # which alert, perhaps gone since; none when the person found the event by looking. No foreign key:
    # to look for it, all matches of everybody would be read at each erasure
    sa.Column("alert_id", sa.BigInteger),
    sa.Column("on_site", sa.Boolean, nullable=False),
    sa.Column("sector_fit", Chosen(SectorFit), nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    # shown or sent; null while it waits: then a message of the same instant is to tell it
    sa.Column("told_at", Instant),
    # the message that told it, and its place there
    sa.Column("outbox_id", sa.BigInteger),
    sa.Column("dismissed_at", Instant),
    sa.Column("dismissal", sa.String),
    # of the message that is to tell it; none when the person found the event by looking
    sa.Column("lane", sa.Integer),
    sa.Index("ix_matches_outbox_id", "outbox_id", **_partial("outbox_id IS NOT NULL")),
    sqlite_with_rowid=False,
)

# Which events are told at which instants: what waits for a person is looked up among these.
tellings = sa.Table(
    "tellings",
    metadata,
    sa.Column("due_at", Instant, primary_key=True),
    sa.Column(
        "job_event_id",
        Serial,
        sa.ForeignKey("job_events.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Index("ix_tellings_job_event_id", "job_event_id"),
    sqlite_with_rowid=False,
)

reminders = sa.Table(
    "reminders",
    metadata,
    _of_subscriber(primary=True),
    sa.Column(
        "job_event_id",
        Serial,
        sa.ForeignKey("job_events.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("lead", Chosen(Lead), primary_key=True),
    sa.Column("due_at", Instant, nullable=False),
    # in the outbox since; null while it waits
    sa.Column("queued_at", Instant),
    sa.Index("ix_reminders_due_at", "due_at", **_partial("queued_at IS NULL")),
    sa.Index("ix_reminders_job_event_id", "job_event_id"),
    sqlite_with_rowid=False,
)

# Whatever the bot sends unasked. `key` says what to whom: a cause that comes twice sends once.
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("key", sa.String, nullable=False, unique=True),
    sa.Column("kind", Chosen(Kind), nullable=False),
    sa.Column("lane", sa.Integer, nullable=False),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    # ids that rendering needs, JSON; never text
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("state", Chosen(SendState), nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    # too late after this: dropped
    sa.Column("expires_at", Instant, nullable=False),
    # real time, as is next_try_at: the product clock may jump, these may not. Of one that was sent, on
    # PostgreSQL: until when its chat is left alone
    sa.Column("leased_until", Instant),
    sa.Column("next_try_at", Instant),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("reason", sa.String),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("settled_at", Instant),
    # of which announcement it is a copy
    sa.Column("announcement_id", sa.BigInteger),
    # in the order of claims; an index of SQLite ends with the number of the row, which is its id
    sa.Index("ix_outbox_pending", "lane", "due_at", **_partial("state = 'pending'")).ddl_if("sqlite"),
    sa.Index("ix_outbox_pending", "lane", "due_at", "id", **_partial("state = 'pending'")).ddl_if(
        "postgresql"
    ),
    sa.Index("ix_outbox_chat_id", "chat_id"),
    sa.Index("ix_outbox_settled_at", "settled_at", **_partial("settled_at IS NOT NULL")),
    sa.Index(
        "ix_outbox_announcement_id",
        "announcement_id",
        "state",
        **_partial("announcement_id IS NOT NULL"),
    ),
    # a number is never given again: one under way when its owner is erased must not settle another's
    sqlite_autoincrement=True,
)

# What only a subscriber of many has.
groups = sa.Table(
    "groups",
    metadata,
    _of_subscriber(primary=True),
    sa.Column("title", sa.String, nullable=False),
    # who set it up; forgotten with them
    sa.Column(
        "keeper_id", sa.BigInteger, sa.ForeignKey("subscribers.id", ondelete="SET NULL", onupdate="CASCADE")
    ),
    sa.Index("ix_groups_keeper_id", "keeper_id"),
)

agencies = sa.Table(
    "agencies",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("name", sa.String, nullable=False, unique=True),
    sa.Column("created_at", Instant, nullable=False),
)

# A person writes for one agency at a time, and for nobody once the row is gone.
members = sa.Table(
    "members",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    _of_subscriber(),
    sa.Column("agency_id", Serial, sa.ForeignKey("agencies.id", ondelete="CASCADE"), nullable=False),
    sa.Column("joined_at", Instant, nullable=False),
    sa.UniqueConstraint("subscriber_id"),
    sa.Index("ix_members_agency_id", "agency_id"),
    # the journal knows people by this number: it must never be another's
    sqlite_autoincrement=True,
)

# The link itself is nowhere: whoever reads this table can't use it.
invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("hash", sa.String, primary_key=True),
    sa.Column("agency_id", Serial, sa.ForeignKey("agencies.id", ondelete="CASCADE"), nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    # it serves once
    sa.Column("used_at", Instant),
    sa.Index("ix_invitations_agency_id", "agency_id"),
)

announcements = sa.Table(
    "announcements",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("agency_id", Serial, sa.ForeignKey("agencies.id", ondelete="CASCADE"), nullable=False),
    # who wrote it; no foreign key: it outlives the person
    sa.Column("member_id", sa.BigInteger, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    # whom it is for (domain/announcements.py), JSON
    sa.Column("audience", sa.Text, nullable=False),
    sa.Column("state", Chosen(State), nullable=False),
    sa.Column("send_at", Instant, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    # up to which alert it was put into the outbox; null once all are
    sa.Column("cursor", sa.BigInteger),
    # how far it was when its writer was last told
    sa.Column("told", sa.Integer, nullable=False),
    sa.Column("told_at", Instant),
    # what became of it, kept when the outbox forgets
    sa.Column("delivered", sa.Integer),
    sa.Column("unreachable", sa.Integer),
    sa.Column("failed", sa.Integer),
    sa.Column("created_at", Instant, nullable=False),
    sa.Index("ix_announcements_agency_id", "agency_id"),
    sa.Index("ix_announcements_state", "state", "send_at"),
    sqlite_autoincrement=True,
)

# Who did what, when, to how many; numbers, no person. The database itself refuses to change or delete a line.
journal = sa.Table(
    "journal",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("act", Chosen(Act), nullable=False),
    sa.Column("agency_id", sa.BigInteger, nullable=False),
    sa.Column("member_id", sa.BigInteger),
    sa.Column("announcement_id", sa.BigInteger),
    sa.Column("people", sa.Integer),
    sqlite_autoincrement=True,
)

OPEN = "state IN ('received', 'applied')"
"""As the index says it; in the same words a question finds the index."""

# Raw updates, before Telegram is told that we have them. `body` goes with their effects.
inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    # whose turn it is: one queue a chat
    sa.Column("queue", sa.BigInteger, nullable=False),
    sa.Column("body", sa.Text),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String),
    sa.Column("received_at", Instant, nullable=False),
    sa.Index("ix_inbox_open", "queue", "update_id", **_partial(OPEN)),
    sa.Index("ix_inbox_received_at", "received_at"),
)

# One row, on PostgreSQL alone: when the next message may leave, for all processes. Instants by the server's
# clock. No row is as good as a new one.
pace = sa.Table(
    "pace",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("next_at", Instant, nullable=False),
    # after a 429: nothing leaves before
    sa.Column("paused_until", Instant, nullable=False),
    sa.Column("may_cut_at", Instant, nullable=False),
    # of the rate that was asked for
    sa.Column("share", sa.Double, nullable=False),
)

# What a group read in the last minute or so, deliveries and answers; on PostgreSQL alone, by its clock.
group_posts = sa.Table(
    "group_posts",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", Instant, primary_key=True),
)


def for_every_database() -> sa.MetaData:
    """Return the tables as PostgreSQL makes them too: its indexes are partial where SQLite's are.

    To say so at once would read all that SQLAlchemy knows of PostgreSQL, 50 ms of each start.
    """
    for table in metadata.tables.values():
        for index in table.indexes:
            index.dialect_kwargs["postgresql_where"] = index.dialect_kwargs.get("sqlite_where")
    return metadata
