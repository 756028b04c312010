import asyncio
import shutil

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage import addresses, database, migrating, postgresql, sqlite, tables

REVISIONS = [script.revision for script in ScriptDirectory.from_config(migrating.config()).walk_revisions()][
    ::-1
]

BROKEN = """
import sqlalchemy as sa
from alembic import op

revision = "broken"
down_revision = {last!r}


def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer, primary_key=True))
    with op.batch_alter_table("subscribers") as batch:
        batch.add_column(sa.Column("colour", sa.String))
    raise RuntimeError("half-way")
"""


@pytest.fixture(params=["sqlite_url", "new_postgres_url"])
def url(request):
    """Nothing is there yet."""
    return request.getfixturevalue(request.param)


@pytest.fixture
async def engine(url):
    kind = sqlite if addresses.file_of(url) else postgresql
    async with kind.engines(url) as (writer, _):
        yield writer


SQLITE_SCHEMA = """
    SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' AND name <> 'alembic_version' ORDER BY 1
"""
POSTGRESQL_SCHEMA = """
    SELECT 'column', table_name, column_name, data_type, is_nullable, column_default
      FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
    UNION ALL
    SELECT 'index', tablename, indexname, indexdef, NULL, NULL
      FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    UNION ALL
    SELECT 'constraint', relname, conname, pg_get_constraintdef(pg_constraint.oid), NULL, NULL
      FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
     WHERE connamespace = 'public'::regnamespace AND relname <> 'alembic_version'
    UNION ALL
    SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), NULL, NULL
      FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'function', proname, NULL, prosrc, NULL, NULL
      FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    ORDER BY 1, 2, 3
"""


async def schema(engine):
    async with engine.begin() as connection:
        asked = SQLITE_SCHEMA if engine.dialect.name == "sqlite" else POSTGRESQL_SCHEMA
        return [tuple(row) for row in await connection.execute(sa.text(asked))]


async def test_each_step_goes_up_down_and_up_to_the_same_tables(engine):
    assert REVISIONS
    steps = ["base", *REVISIONS]
    await migrating.upgrade(engine, REVISIONS[0])
    await migrating.downgrade(engine, "base")
    before = []
    for lower, upper in zip(steps, REVISIONS, strict=False):
        assert await schema(engine) == before
        await migrating.upgrade(engine, upper)
        up = await schema(engine)
        await migrating.downgrade(engine, lower)
        assert await schema(engine) == before
        await migrating.upgrade(engine, upper)
        assert await schema(engine) == up != before
        before = up


OLD_ROWS = """
    INSERT INTO subscribers (id, language, zone, standing, created_at)
         VALUES (7, 'fr', 'Europe/Paris', 'active', 0);
    INSERT INTO alerts (id, subscriber_id, place_label, radius_km, sectors, takes_unknown_sector, half_days,
                        modes, frequency, created_at)
         VALUES (1, 7, '', 30, 0, true, 1, 1, 'at_once', 0), (2, 7, '', 30, 5, true, 1, 1, 'daily', 0);
    INSERT INTO alert_cells (cell, alert_id, mask, x, y, z, squared_reach, first_day, last_day)
         VALUES (-1, 1, 49151, 0, 0, 0, 0, 1, 9), (40, 1, 49151, 1, 2, 3, 4, 5, 6),
                (40, 2, 49157, 1, 2, 3, 4, 5, 6);
    INSERT INTO job_events (id, source, source_id, kind, title, description, starts_at, ends_at, zone, mode,
                            place_name, address, commune_name, sectors, sector_basis, multisector, status,
                            organiser, url, labels, half_days, is_drop_in, local_day, version, first_seen_at,
                            is_baseline)
         SELECT n, 's', CAST(n AS VARCHAR), 'job_dating', '', '', 0, 0, '', 1, '', '', '', 0, 'stated', false,
                'scheduled', '', '', '{}', 1, false, 1, 1, 0, false
           FROM (SELECT 1 AS n UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5) AS numbers;
    INSERT INTO matches (subscriber_id, job_event_id, alert_id, on_site, sector_fit, due_at, told_at)
         VALUES (7, 1, 1, true, 'any', 8, NULL), (7, 2, 1, true, 'unknown', 8, NULL),
                (7, 3, 2, true, 'stated', 8, 9), (7, 4, NULL, false, 'any', 8, 8),
                (7, 5, 99, true, 'any', 8, 9);
"""
CELLS = "SELECT cell, alert_id, subscriber_id, frequency, mask >> 36, x FROM alert_cells ORDER BY 1, 2"


async def rows(engine, asked):
    async with engine.begin() as connection:
        return [tuple(row) for row in await connection.execute(sa.text(asked))]


async def test_what_matching_reads_is_filled_from_what_was_there_and_taken_back(engine):
    everything = [
        "SELECT * FROM alert_cells ORDER BY cell, alert_id",
        "SELECT * FROM matches ORDER BY job_event_id",
    ]
    await migrating.upgrade(engine, "0002")
    await run(engine, OLD_ROWS)
    old = [await rows(engine, each) for each in everything]
    await migrating.upgrade(engine, "0003")
    assert await rows(engine, CELLS) == [
        (-1, 1, 7, "at_once", 1, 0),
        (40, 1, 7, "at_once", 1, 1),
        (40, 2, 7, "daily", 0, 1),
    ]
    lanes = await rows(engine, "SELECT job_event_id, lane FROM matches ORDER BY job_event_id")
    assert lanes == [(1, 1), (2, 3), (3, 3), (4, None), (5, 3)]
    await migrating.downgrade(engine, "0002")
    assert [await rows(engine, each) for each in everything] == old


WAITING = """
    INSERT INTO subscribers (id, language, zone, standing, created_at)
         VALUES (8, 'fr', 'Indian/Reunion', 'paused', 0);
    UPDATE alerts SET subscriber_id = 8 WHERE id = 2;
    UPDATE alert_cells SET subscriber_id = 8 WHERE alert_id = 2;
    UPDATE matches SET due_at = 10, lane = 3 WHERE job_event_id = 2;
    UPDATE matches SET due_at = 15 WHERE job_event_id = 1;
    INSERT INTO outbox (id, key, kind, lane, chat_id, payload, state, due_at, expires_at, attempts,
                        created_at)
         VALUES (1, 'put off', 'matches', 1, 7, '{}', 'pending', 20, 172800000008, 0, 0),
                (2, 'due', 'matches', 3, 7, '{}', 'pending', 10, 172800000010, 0, 0),
                (3, 'later', 'matches', 3, 7, '{}', 'pending', 30, 172800000030, 0, 0),
                (4, 'sent', 'matches', 1, 7, '{}', 'sent', 17, 172800000010, 0, 0)
"""


async def test_what_waits_is_found_after_the_upgrade_by_the_instant_of_its_message(engine):
    await migrating.upgrade(engine, "0002")
    await run(engine, OLD_ROWS)
    await migrating.upgrade(engine, "0005")
    await run(engine, WAITING)
    await migrating.upgrade(engine, "0006")
    assert await rows(engine, "SELECT alert_id, cell, zone, standing FROM alert_cells ORDER BY 1, 2") == [
        (1, -1, "Europe/Paris", "active"),
        (1, 40, "Europe/Paris", "active"),
        (2, 40, "Indian/Reunion", "paused"),
    ]
    assert await rows(
        engine, "SELECT job_event_id, due_at FROM matches WHERE told_at IS NULL ORDER BY 1"
    ) == [
        (1, 20),
        (2, 10),
    ]
    assert await rows(engine, "SELECT due_at, job_event_id FROM tellings ORDER BY 1") == [(10, 2), (20, 1)]


async def run(engine, statements):
    async with engine.begin() as connection:
        for statement in filter(str.strip, statements.split(";")):
            await connection.exec_driver_sql(statement)


async def test_an_upgrade_of_what_is_up_to_date_changes_nothing(engine):
    await migrating.upgrade(engine)
    there = await schema(engine)
    await migrating.upgrade(engine)
    assert await schema(engine) == there


def is_compared(_found, name, _kind, _is_there, _other):
    """One index is different in each database, which alembic does not know; the next test compares it."""
    return name != "ix_outbox_pending"


async def test_the_steps_lead_to_the_very_tables_of_the_code(engine):
    await migrating.upgrade(engine)
    async with engine.begin() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"compare_type": True, "include_object": is_compared}),
                tables.for_every_database(),
            )
        )
    assert differences == []


async def test_the_tables_are_made_as_the_code_would_make_them(engine):
    """What alembic does not compare: how rows are numbered, partial indexes, what is done on delete."""
    await migrating.upgrade(engine)
    by_steps = await shape(engine)
    await migrating.downgrade(engine, "base")
    async with engine.begin() as connection:
        await connection.run_sync(tables.for_every_database().create_all)
    assert await shape(engine) == by_steps


async def shape(engine):
    """Every index with its condition, every foreign key, and how each table numbers its rows; no trigger."""
    if engine.dialect.name == "postgresql":
        return [row for row in await schema(engine) if row[0] not in {"trigger", "function"}]
    async with engine.begin() as connection:
        rows = await connection.execute(sa.text("SELECT type, name, tbl_name, sql FROM sqlite_master"))
        made, indexes = {}, set()
        for kind, name, table, sql in rows.all():
            if kind == "index" and sql:
                indexes.add((name, table, " ".join(sql.split())))
            elif kind == "table" and name in tables.metadata.tables:
                keys = await connection.execute(sa.text(f"PRAGMA foreign_key_list({name})"))
                made[name] = (
                    "WITHOUT ROWID" in sql,
                    "AUTOINCREMENT" in sql,
                    sorted(map(tuple, (row[2:] for row in keys))),
                )
        return made, indexes


async def test_a_step_that_fails_half_way_leaves_the_old_tables(tmp_path, url, engine, monkeypatch):
    await migrating.upgrade(engine)
    async with engine.begin() as connection:
        await connection.execute(
            sa.text(
                "INSERT INTO subscribers (id, language, zone, standing, created_at)"
                " VALUES (1, 'fr', 'Europe/Paris', 'active', 0)"
            )
        )
    before = await schema(engine)
    folder = tmp_path / "migrations"
    shutil.copytree(migrating.FOLDER, folder)
    (folder / "versions" / "broken.py").write_text(BROKEN.format(last=REVISIONS[-1]))
    with monkeypatch.context() as patch:
        patch.setattr(migrating, "FOLDER", folder)
        with pytest.raises(RuntimeError, match="half-way"):
            await migrating.upgrade(engine)
    assert await schema(engine) == before
    await engine.dispose()
    async with database.opened(url) as data, data.reading() as uow:
        assert (await uow.subscribers.get(1)).id == 1


async def test_who_comes_beside_a_bot_changes_no_tables_and_says_what_to_do(url, engine, caplog):
    async with database.opened(url, beside_others=True) as data:
        await data.check()
    await migrating.downgrade(engine, REVISIONS[-2])
    before = await schema(engine)
    with pytest.raises(
        addresses.DatabaseUnreachableError, match=r"older version .* run `python -m bot migrate`"
    ):
        async with database.opened(url, beside_others=True):
            pass
    assert await schema(engine) == before
    assert "brought up to date" not in caplog.text
    async with database.opened(url):
        pass
    assert "brought up to date" in caplog.text
    async with database.opened(url, beside_others=True) as data:
        await data.check()


async def test_starts_at_the_same_time_make_the_tables_once(url, engine):
    if engine.dialect.name == "sqlite":
        return  # one process a file
    async with asyncio.TaskGroup() as starts:
        for _ in range(4):
            starts.create_task(migrating.upgrade(engine))
    await migrating.upgrade(engine)
