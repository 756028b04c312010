"""pace: one row for all processes; what groups read lately"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('pace',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('asked_at', sa.BigInteger(), nullable=False),
    sa.Column('next_at', sa.BigInteger(), nullable=False),
    sa.Column('paused_until', sa.BigInteger(), nullable=False),
    sa.Column('may_cut_at', sa.BigInteger(), nullable=False),
    sa.Column('share', sa.Double(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pace'))
    )
    op.create_table('group_posts',
    sa.Column('chat_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('chat_id', 'at', name=op.f('pk_group_posts'))
    )


def downgrade() -> None:
    op.drop_table('group_posts')
    op.drop_table('pace')
