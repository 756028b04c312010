"""matching reads no subscribers; what waits for a person is found by the instant at which it is told"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
TOLD_BY = sa.text('outbox_id IS NOT NULL')
OF_CELLS = ('cell', 'alert_id', 'mask', 'x', 'y', 'z', 'squared_reach', 'first_day', 'last_day', 'subscriber_id',
            'frequency')

TELLING = "FROM outbox WHERE chat_id = subscriber_id AND kind = 'matches' AND state <> 'sent'"
NEXT = f'SELECT MIN(outbox.due_at) {TELLING} AND outbox.due_at >= matches.due_at'
NEXT_IS_ANOTHER = f'({NEXT}) > matches.due_at'


def upgrade() -> None:
    rewrite_alert_cells('zone', 'standing')
    op.drop_index('ix_matches_subscriber_id', 'matches')
    if op.get_bind().dialect.name == 'sqlite':
        rewrite_matches()
    else:
        op.drop_constraint('fk_matches_subscriber_id', 'matches')
    op.create_index('ix_matches_outbox_id', 'matches', ['outbox_id'], sqlite_where=TOLD_BY, postgresql_where=TOLD_BY)
    op.create_table('tellings',
    sa.Column('due_at', sa.BigInteger(), nullable=False),
    sa.Column('job_event_id', SERIAL, autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['job_event_id'], ['job_events.id'], name=op.f('fk_tellings_job_event_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('due_at', 'job_event_id', name=op.f('pk_tellings')),
    sqlite_with_rowid=False
    )
    # what has no message of its instant, since night put it off, is told by the next one, as it was till now
    op.execute(f'UPDATE matches SET due_at = ({NEXT}) WHERE told_at IS NULL AND {NEXT_IS_ANOTHER}')
    op.execute(
        'INSERT INTO tellings (due_at, job_event_id)'
        ' SELECT DISTINCT due_at, job_event_id FROM matches WHERE told_at IS NULL'
    )
    op.create_index('ix_tellings_job_event_id', 'tellings', ['job_event_id'])


def downgrade() -> None:
    op.drop_table('tellings')
    op.drop_index('ix_matches_outbox_id', 'matches')
    if op.get_bind().dialect.name == 'sqlite':
        rewrite_matches(('subscriber_id', 'subscribers'))
    else:
        op.create_foreign_key('fk_matches_subscriber_id', 'matches', 'subscribers', ['subscriber_id'], ['id'],
                              onupdate='CASCADE', ondelete='CASCADE')
    op.create_index('ix_matches_subscriber_id', 'matches', ['subscriber_id'])
    rewrite_alert_cells()


def rewrite_matches(*more: tuple[str, str]) -> None:
    """Write the table anew, in the order of its key: SQLite changes no constraint."""
    op.execute('CREATE TABLE old_matches AS SELECT * FROM matches')
    op.drop_table('matches')
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
    sa.Column('lane', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['job_event_id'], ['job_events.id'], name=op.f('fk_matches_job_event_id'), ondelete='CASCADE'),
    *(sa.ForeignKeyConstraint([column], [f'{table}.id'], name=op.f(f'fk_matches_{column}'), onupdate='CASCADE', ondelete='CASCADE')
      for column, table in more),
    sa.PrimaryKeyConstraint('job_event_id', 'subscriber_id', name=op.f('pk_matches')),
    sqlite_with_rowid=False
    )
    op.execute('INSERT INTO matches SELECT * FROM old_matches')
    op.drop_table('old_matches')


def rewrite_alert_cells(*of_owners: str) -> None:
    """Write the table anew, in the order of its key."""
    op.execute(f'CREATE TABLE old_alert_cells AS SELECT {", ".join(OF_CELLS)} FROM alert_cells')
    op.drop_table('alert_cells')
    op.create_table('alert_cells',
    sa.Column('cell', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('alert_id', SERIAL, autoincrement=False, nullable=False),
    *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ('mask', 'x', 'y', 'z', 'squared_reach')),
    *(sa.Column(name, sa.Integer(), nullable=False) for name in ('first_day', 'last_day')),
    sa.Column('subscriber_id', sa.BigInteger(), nullable=False),
    *(sa.Column(name, sa.String(), nullable=False) for name in ('frequency', *of_owners)),
    sa.ForeignKeyConstraint(['alert_id'], ['alerts.id'], name=op.f('fk_alert_cells_alert_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('cell', 'alert_id', name=op.f('pk_alert_cells')),
    sqlite_with_rowid=False
    )
    op.execute(
        f'INSERT INTO alert_cells ({", ".join((*OF_CELLS, *of_owners))})'
        f' SELECT {", ".join(("old." + name for name in OF_CELLS))}{"".join(f", owner.{name}" for name in of_owners)}'
        # left: the copy is read from end to end, in the order of the key, with nothing to sort
        ' FROM old_alert_cells AS old LEFT JOIN subscribers AS owner ON owner.id = old.subscriber_id'
    )
    op.drop_table('old_alert_cells')
    op.create_index('ix_alert_cells_alert_id', 'alert_cells', ['alert_id'])
