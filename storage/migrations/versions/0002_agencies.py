"""groups; agencies: members, invitations, announcements, journal; a lane for announcements"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

FIRST_LANE_AFTER = 2
SERIAL = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
WHERE = sa.text('announcement_id IS NOT NULL')


def upgrade() -> None:
    op.create_table('groups',
    sa.Column('subscriber_id', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('keeper_id', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['keeper_id'], ['subscribers.id'], name=op.f('fk_groups_keeper_id'), onupdate='CASCADE', ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['subscriber_id'], ['subscribers.id'], name=op.f('fk_groups_subscriber_id'), onupdate='CASCADE', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('subscriber_id', name=op.f('pk_groups'))
    )
    with op.batch_alter_table('groups', schema=None) as batch_op:
        batch_op.create_index('ix_groups_keeper_id', ['keeper_id'], unique=False)

    op.create_table('agencies',
    sa.Column('id', SERIAL, nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agencies')),
    sa.UniqueConstraint('name', name=op.f('uq_agencies_name'))
    )
    op.create_table('members',
    sa.Column('id', SERIAL, nullable=False),
    sa.Column('subscriber_id', sa.BigInteger(), nullable=False),
    sa.Column('agency_id', SERIAL, nullable=False),
    sa.Column('joined_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_members_agency_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['subscriber_id'], ['subscribers.id'], name=op.f('fk_members_subscriber_id'), onupdate='CASCADE', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_members')),
    sa.UniqueConstraint('subscriber_id', name=op.f('uq_members_subscriber_id')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('members', schema=None) as batch_op:
        batch_op.create_index('ix_members_agency_id', ['agency_id'], unique=False)

    op.create_table('invitations',
    sa.Column('hash', sa.String(), nullable=False),
    sa.Column('agency_id', SERIAL, nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.Column('used_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_invitations_agency_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('hash', name=op.f('pk_invitations'))
    )
    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.create_index('ix_invitations_agency_id', ['agency_id'], unique=False)

    op.create_table('announcements',
    sa.Column('id', SERIAL, nullable=False),
    sa.Column('agency_id', SERIAL, nullable=False),
    sa.Column('member_id', sa.BigInteger(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('audience', sa.Text(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('send_at', sa.BigInteger(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('cursor', sa.BigInteger(), nullable=True),
    sa.Column('told', sa.Integer(), nullable=False),
    sa.Column('told_at', sa.BigInteger(), nullable=True),
    sa.Column('delivered', sa.Integer(), nullable=True),
    sa.Column('unreachable', sa.Integer(), nullable=True),
    sa.Column('failed', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agencies.id'], name=op.f('fk_announcements_agency_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_announcements')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('announcements', schema=None) as batch_op:
        batch_op.create_index('ix_announcements_agency_id', ['agency_id'], unique=False)
        batch_op.create_index('ix_announcements_state', ['state', 'send_at'], unique=False)

    op.create_table('journal',
    sa.Column('id', SERIAL, nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('act', sa.String(), nullable=False),
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('member_id', sa.BigInteger(), nullable=True),
    sa.Column('announcement_id', sa.BigInteger(), nullable=True),
    sa.Column('people', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journal')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.add_column(sa.Column('announcement_id', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_outbox_announcement_id', ['announcement_id', 'state'], unique=False, sqlite_where=WHERE, postgresql_where=WHERE)

    # announcements go between alerts and digests
    op.execute(sa.text('UPDATE outbox SET lane = lane + 1 WHERE lane >= :lane').bindparams(lane=FIRST_LANE_AFTER))


def downgrade() -> None:
    # what an older program can't word
    op.execute(sa.text("DELETE FROM outbox WHERE kind IN ('announcement', 'announcement_progress', 'group_notice')"))
    op.execute(sa.text('UPDATE outbox SET lane = lane - 1 WHERE lane > :lane').bindparams(lane=FIRST_LANE_AFTER))
    # not in a batch: SQLite would write the whole table anew, and its numbers begin again
    op.drop_index('ix_outbox_announcement_id', table_name='outbox')
    op.drop_column('outbox', 'announcement_id')
    op.drop_table('journal')
    op.drop_table('announcements')
    op.drop_table('invitations')
    op.drop_table('members')
    op.drop_table('agencies')
    op.drop_table('groups')
