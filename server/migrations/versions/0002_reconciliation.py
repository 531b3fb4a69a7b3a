"""the reconciliation screen: open items, their tallies, claims, relatives, identities, campaigns"""

import sqlalchemy as sa
from alembic import op

# Keys compare as bytes on both databases.
KEY = sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql")

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("name_zh", KEY, nullable=False),
        sa.Column("name_en", KEY, nullable=False),
        sa.Column("starts", KEY, nullable=False),
        sa.Column("ends", KEY, nullable=False),
        sa.PrimaryKeyConstraint("authority", "id"),
    )
    op.create_table(
        "claim",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("item", KEY, nullable=False),
        sa.Column("person", KEY, nullable=False),
        sa.Column("at", KEY, nullable=False),
        sa.Column("handed_by", KEY, nullable=True),
        sa.PrimaryKeyConstraint("authority", "item"),
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index("claim_of_person", ["authority", "person", "item"], unique=False)

    op.create_table(
        "identity",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("blind", KEY, nullable=False),
        sa.PrimaryKeyConstraint("authority", "case_id", "kind", "blind"),
    )
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.create_index("identity_by_blind", ["authority", "blind"], unique=False)

    op.create_table(
        "open_item",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("rule", KEY, nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("other_case", KEY, nullable=True),
        sa.Column("path", KEY, nullable=False),
        sa.Column("township", KEY, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("field_group", KEY, nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", KEY, nullable=False),
        sa.Column("proposal", KEY, nullable=True),
        sa.Column("asked", KEY, nullable=True),
        sa.Column("closed", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", KEY, nullable=True),
        sa.PrimaryKeyConstraint("authority", "id"),
    )
    with op.batch_alter_table("open_item", schema=None) as batch_op:
        batch_op.create_index(
            "open_item_by_kind",
            ["authority", "kind", "severity", "opened", "id"],
            unique=False,
            sqlite_where=sa.text("closed IS NULL"),
            postgresql_where=sa.text("closed IS NULL"),
        )
        batch_op.create_index(
            "open_item_by_place",
            ["authority", "path", "severity", "opened", "id"],
            unique=False,
            sqlite_where=sa.text("closed IS NULL"),
            postgresql_where=sa.text("closed IS NULL"),
        )
        batch_op.create_index(
            "open_item_in_order",
            ["authority", "severity", "opened", "id"],
            unique=False,
            sqlite_where=sa.text("closed IS NULL"),
            postgresql_where=sa.text("closed IS NULL"),
        )
        batch_op.create_index(
            "open_item_by_township",
            ["authority", "township", "severity", "opened", "id"],
            unique=False,
            sqlite_where=sa.text("closed IS NULL"),
            postgresql_where=sa.text("closed IS NULL"),
        )
        batch_op.create_index(
            "open_item_proposed",
            ["authority", "severity", "opened", "id"],
            unique=False,
            sqlite_where=sa.text("closed IS NULL AND proposal IS NOT NULL"),
            postgresql_where=sa.text("closed IS NULL AND proposal IS NOT NULL"),
        )
        batch_op.create_index(
            "open_item_returned",
            ["authority", "severity", "opened", "id"],
            unique=False,
            sqlite_where=sa.text("closed IS NULL AND asked IS NOT NULL"),
            postgresql_where=sa.text("closed IS NULL AND asked IS NOT NULL"),
        )
        batch_op.create_index(
            "open_item_recent",
            ["authority", "opened"],
            unique=False,
            sqlite_where=sa.text("closed IS NULL"),
            postgresql_where=sa.text("closed IS NULL"),
        )
        batch_op.create_index("open_item_of_case", ["authority", "case_id"], unique=False)
        batch_op.create_index("open_item_of_other_case", ["authority", "other_case"], unique=False)

    op.create_table(
        "open_tally",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("path", KEY, nullable=False),
        sa.Column("rule", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "path", "rule"),
    )
    op.create_table(
        "relative",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("person", KEY, nullable=False),
        sa.Column("blind", KEY, nullable=False),
        sa.Column("relation", KEY, nullable=False),
        sa.Column("registered_at", KEY, nullable=False),
        sa.Column("registered_by", KEY, nullable=False),
        sa.PrimaryKeyConstraint("authority", "id"),
    )
    with op.batch_alter_table("relative", schema=None) as batch_op:
        batch_op.create_index("relative_by_blind", ["authority", "blind"], unique=False)
        batch_op.create_index("relative_of_person", ["authority", "person"], unique=False)

    op.create_table(
        "saved_filter",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("person", KEY, nullable=False),
        sa.Column("name", KEY, nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "person", "name"),
    )
    with op.batch_alter_table("household_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("joined_into", KEY, nullable=True))
        batch_op.drop_index(batch_op.f("case_in_list"))
        batch_op.create_index(
            "case_in_list",
            ["authority", "path", "householder", "id", "disputed", "owed", "visits", "joined_into"],
            unique=False,
        )
        batch_op.create_index(
            "case_joined",
            ["authority", "joined_into"],
            unique=False,
            sqlite_where=sa.text("joined_into IS NOT NULL"),
            postgresql_where=sa.text("joined_into IS NOT NULL"),
        )

    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quarantine_end", KEY, nullable=True))
        batch_op.add_column(sa.Column("quarantine_ended_by", KEY, nullable=True))
        batch_op.drop_index(batch_op.f("statement_in_quarantine"))

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("request", KEY, nullable=True))
        batch_op.add_column(sa.Column("person", KEY, nullable=True))
        batch_op.add_column(sa.Column("due", KEY, nullable=True))
        batch_op.add_column(sa.Column("subject", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("item", KEY, nullable=True))
        batch_op.create_index("task_of_item", ["authority", "item"], unique=False)
        batch_op.create_index("task_of_request", ["authority", "request"], unique=False)

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index("person_in_role", ["authority", "role"], unique=False)

    with op.batch_alter_table("region", schema=None) as batch_op:
        batch_op.create_index("region_below", ["authority", "parent"], unique=False)

    with op.batch_alter_table("replica", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ahead_since", KEY, nullable=True))

    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(
            "evidence_owed",
            ["authority", "statement"],
            unique=False,
            sqlite_where=sa.text("held IS 0"),
            postgresql_where=sa.text("held IS false"),
        )

    op.create_table(
        "housekeeping",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("chore", KEY, nullable=False),
        sa.Column("at", KEY, nullable=False),
        sa.PrimaryKeyConstraint("authority", "chore"),
    )


def downgrade() -> None:
    op.drop_table("housekeeping")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index("evidence_owed")

    with op.batch_alter_table("replica", schema=None) as batch_op:
        batch_op.drop_column("ahead_since")

    with op.batch_alter_table("region", schema=None) as batch_op:
        batch_op.drop_index("region_below")

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index("person_in_role")

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("task_of_request")
        batch_op.drop_index("task_of_item")
        batch_op.drop_column("item")
        batch_op.drop_column("subject")
        batch_op.drop_column("due")
        batch_op.drop_column("person")
        batch_op.drop_column("request")

    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("statement_in_quarantine"), ["authority", "quarantine"], unique=False)
        batch_op.drop_column("quarantine_ended_by")
        batch_op.drop_column("quarantine_end")

    with op.batch_alter_table("household_case", schema=None) as batch_op:
        batch_op.drop_index("case_joined")
        batch_op.drop_index("case_in_list")
        batch_op.create_index(
            batch_op.f("case_in_list"),
            ["authority", "path", "householder", "id", "disputed", "owed", "visits"],
            unique=False,
        )
        batch_op.drop_column("joined_into")

    op.drop_table("saved_filter")
    with op.batch_alter_table("relative", schema=None) as batch_op:
        batch_op.drop_index("relative_of_person")
        batch_op.drop_index("relative_by_blind")

    op.drop_table("relative")
    op.drop_table("open_tally")
    with op.batch_alter_table("open_item", schema=None) as batch_op:
        batch_op.drop_index("open_item_of_other_case")
        batch_op.drop_index("open_item_recent")
        batch_op.drop_index("open_item_returned")
        batch_op.drop_index("open_item_proposed")
        batch_op.drop_index("open_item_by_township")
        batch_op.drop_index("open_item_of_case")
        batch_op.drop_index("open_item_in_order")
        batch_op.drop_index("open_item_by_place")
        batch_op.drop_index("open_item_by_kind")

    op.drop_table("open_item")
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.drop_index("identity_by_blind")

    op.drop_table("identity")
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_index("claim_of_person")

    op.drop_table("claim")
    op.drop_table("campaign")
