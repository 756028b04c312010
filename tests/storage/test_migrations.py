import contextlib
import shutil
import sqlite3
from weakref import WeakSet

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage import database, migrating
from storage.tables import metadata

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


@pytest.fixture
async def engine(url):
    made = database._engine(url, 1, "BEGIN IMMEDIATE", threads=WeakSet())
    yield made
    await made.dispose()


async def schema(engine):
    async with engine.begin() as connection:
        found = await connection.execute(
            sa.text("SELECT name, sql FROM sqlite_master WHERE name <> 'alembic_version' ORDER BY name")
        )
        return [(name, sql) for name, sql in found if not name.startswith("sqlite_")]


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


async def test_an_upgrade_of_what_is_up_to_date_changes_nothing(engine):
    await migrating.upgrade(engine)
    there = await schema(engine)
    await migrating.upgrade(engine)
    assert await schema(engine) == there


async def test_the_steps_lead_to_the_very_tables_of_the_code(engine):
    await migrating.upgrade(engine)
    async with engine.begin() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"compare_type": True}), metadata
            )
        )
    assert differences == []


async def test_the_tables_are_made_as_the_code_would_make_them(tmp_path, engine):
    """What alembic does not compare: how rows are numbered, partial indexes, what is done on delete."""
    await migrating.upgrade(engine)
    other = database._engine(
        f"sqlite+aiosqlite:///{tmp_path}/other.db", connections=1, begin="BEGIN IMMEDIATE", threads=WeakSet()
    )
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(other.dispose)
        async with other.begin() as connection:
            await connection.run_sync(metadata.create_all)
        assert await shape(other) == await shape(engine)


async def shape(engine):
    """Every index with its condition, every foreign key, and how each table numbers its rows."""
    async with engine.begin() as connection:
        rows = await connection.execute(sa.text("SELECT type, name, tbl_name, sql FROM sqlite_master"))
        tables, indexes = {}, set()
        for kind, name, table, sql in rows.all():
            if kind == "index" and sql:
                indexes.add((name, table, " ".join(sql.split())))
            elif kind == "table" and name in metadata.tables:
                keys = await connection.execute(sa.text(f"PRAGMA foreign_key_list({name})"))
                tables[name] = (
                    "WITHOUT ROWID" in sql,
                    "AUTOINCREMENT" in sql,
                    sorted(map(tuple, (row[2:] for row in keys))),
                )
        return tables, indexes


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
    with contextlib.closing(sqlite3.connect(tmp_path / "bot.db")) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
