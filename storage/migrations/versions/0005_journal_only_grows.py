"""journal: the database itself refuses to change or take away a line"""

from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

REFUSAL = "the journal only grows"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(f"""
                CREATE TRIGGER journal_refuses_{act.lower()} BEFORE {act} ON journal
                BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
            """)
        return
    op.execute(f"""
        CREATE FUNCTION refuse_to_change_the_journal() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$
    """)
    op.execute("""
        CREATE TRIGGER journal_refuses BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_the_journal()
    """)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER journal_refuses_{act}")
        return
    op.execute("DROP TRIGGER journal_refuses ON journal")
    op.execute("DROP FUNCTION refuse_to_change_the_journal()")
