"""matching reads alert_cells alone; matches lie event by event; what is not settled is in one index less"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
SETTLED = sa.text('settled_at IS NOT NULL')
WAITING = sa.text('told_at IS NULL')
NO_SECTOR_NAMED = 1 << 36


def upgrade() -> None:
    set_aside('alert_cells')
    create_alert_cells(
        sa.Column('subscriber_id', sa.BigInteger(), nullable=False),
        sa.Column('frequency', sa.String(), nullable=False),
    )
    fill_alert_cells(
        mask=f'mask + CASE sectors WHEN 0 THEN {NO_SECTOR_NAMED} ELSE 0 END',
        subscriber_id='alerts.subscriber_id',
        frequency='alerts.frequency',
    )
    set_aside('matches')
    create_matches('job_event_id', 'subscriber_id', sa.Column('lane', sa.Integer(), nullable=True))
    fill_matches(
        'job_event_id', 'subscriber_id',
        lane="CASE WHEN alerts.frequency = 'at_once' AND sector_fit <> 'unknown' THEN 1"
        ' WHEN alert_id IS NOT NULL THEN 3 END',
    )
    op.drop_index('ix_outbox_settled_at', 'outbox')
    op.create_index('ix_outbox_settled_at', 'outbox', ['settled_at'], sqlite_where=SETTLED, postgresql_where=SETTLED)


def downgrade() -> None:
    op.drop_index('ix_outbox_settled_at', 'outbox')
    op.create_index('ix_outbox_settled_at', 'outbox', ['settled_at'])
    set_aside('matches')
    create_matches('subscriber_id', 'job_event_id')
    fill_matches('subscriber_id', 'job_event_id')
    op.create_index('ix_matches_waiting', 'matches', ['due_at'], sqlite_where=WAITING, postgresql_where=WAITING)
    set_aside('alert_cells')
    create_alert_cells()
    fill_alert_cells(mask=f'mask & {NO_SECTOR_NAMED - 1}')


def set_aside(table: str) -> None:
    """Copy the rows, and make room for a table of the same name that is written once, in the order of its key."""
    op.execute(f'CREATE TABLE old_{table} AS SELECT * FROM {table}')
    op.drop_table(table)


def create_alert_cells(*more: sa.Column) -> None:
    op.create_table('alert_cells',
    sa.Column('cell', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('alert_id', SERIAL, autoincrement=False, nullable=False),
    sa.Column('mask', sa.BigInteger(), nullable=False),
    sa.Column('x', sa.BigInteger(), nullable=False),
    sa.Column('y', sa.BigInteger(), nullable=False),
    sa.Column('z', sa.BigInteger(), nullable=False),
    sa.Column('squared_reach', sa.BigInteger(), nullable=False),
    sa.Column('first_day', sa.Integer(), nullable=False),
    sa.Column('last_day', sa.Integer(), nullable=False),
    *more,
    sa.ForeignKeyConstraint(['alert_id'], ['alerts.id'], name=op.f('fk_alert_cells_alert_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('cell', 'alert_id', name=op.f('pk_alert_cells')),
    sqlite_with_rowid=False
    )


def fill_alert_cells(*, mask: str, **more: str) -> None:
    filled = {'mask': mask, **more}
    same = ('cell', 'alert_id', 'x', 'y', 'z', 'squared_reach', 'first_day', 'last_day')
    op.execute(
        f'INSERT INTO alert_cells ({", ".join((*same, *filled))})'
        f' SELECT {", ".join((*same, *filled.values()))}'
        # left: the copy is read from end to end, in the order of the key, with nothing to sort
        ' FROM old_alert_cells LEFT JOIN alerts ON alerts.id = alert_id'
    )
    op.drop_table('old_alert_cells')
    op.create_index('ix_alert_cells_alert_id', 'alert_cells', ['alert_id'])


def create_matches(first: str, second: str, *more: sa.Column) -> None:
    op.create_table('matches',
    sa.Column('subscriber_id', sa.BigInteger(), nullable=False),
    sa.Column('job_event_id', SERIAL, autoincrement=False, nullable=False),
    sa.Column('alert_id', sa.BigInteger(), nullable=True),
    sa.Column('on_site', sa.Boolean(), nullable=False),
    sa.Column('sector_fit', sa.String(), nullable=False),
    sa.Column('due_at', sa.BigInteger(), nullable=False),
    sa.Column('told_at', sa.BigInteger(), nullable=True),
    sa.Column('outbox_id', sa.BigInteger(), nullable=True),
    sa.Column('dismissed_at', sa.BigInteger(), nullable=True),
    sa.Column('dismissal', sa.String(), nullable=True),
    *more,
    sa.ForeignKeyConstraint(['job_event_id'], ['job_events.id'], name=op.f('fk_matches_job_event_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['subscriber_id'], ['subscribers.id'], name=op.f('fk_matches_subscriber_id'), onupdate='CASCADE', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint(first, second, name=op.f('pk_matches')),
    sqlite_with_rowid=False
    )


def fill_matches(first: str, second: str, **more: str) -> None:
    same = ('subscriber_id', 'job_event_id', 'alert_id', 'on_site', 'sector_fit', 'due_at', 'told_at', 'outbox_id',
            'dismissed_at', 'dismissal')
    op.execute(
        f'INSERT INTO matches ({", ".join((*same, *more))})'
        f' SELECT {", ".join(("old." + name for name in same))}{"".join(", " + value for value in more.values())}'
        f' FROM old_matches AS old LEFT JOIN alerts ON alerts.id = alert_id ORDER BY old.{first}, old.{second}'
    )
    op.drop_table('old_matches')
    op.create_index(f'ix_matches_{second}', 'matches', [second])
