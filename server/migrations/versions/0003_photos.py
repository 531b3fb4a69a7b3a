"""photos: what is made of them, the queue of those that nobody has looked at yet, and which ones are alike"""

import sqlalchemy as sa
from alembic import op

# Keys compare as bytes on both databases.
KEY = sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql")

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What stands in it was made by older work, and is made again by the queue.
    op.drop_table("photo")
    op.create_table(
        "photo",
        sa.Column("digest", KEY, nullable=False),
        sa.Column("state", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("claims", sa.Text(), nullable=True),
        sa.Column("renditions", sa.Text(), nullable=True),
        sa.Column("measures", sa.Text(), nullable=True),
        sa.Column("likeness", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "photo_job",
        sa.Column("digest", KEY, nullable=False),
        sa.Column("state", KEY, nullable=False),
        sa.Column("queued_at", KEY, nullable=False),
        sa.Column("due", KEY, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("digest"),
    )
    for name, columns, condition in (
        ("photo_job_open", ["queued_at", "digest"], "state IN ('waiting', 'working')"),
        ("photo_job_failed", ["digest"], "state = 'failed'"),
    ):
        op.create_index(
            name,
            "photo_job",
            columns,
            unique=False,
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )
    # The photos that have come so far, in the order in which they came.
    op.execute(
        "INSERT INTO photo_job (digest, state, queued_at, due, attempts, fence)"
        " SELECT digest, 'waiting', held_since, held_since, 0, 0 FROM blob"
        " WHERE media_type IN ('image/jpeg', 'image/png')"
    )
    op.create_table(
        "likeness",
        sa.Column("digest", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=True),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("likeness_in_place", "likeness", ["place"], unique=True)
    op.create_index(
        "likeness_waiting",
        "likeness",
        ["digest"],
        unique=False,
        sqlite_where=sa.text("place IS NULL"),
        postgresql_where=sa.text("place IS NULL"),
    )
    op.create_table(
        "alike_pair",
        sa.Column("digest", KEY, nullable=False),
        sa.Column("other", KEY, nullable=False),
        sa.Column("edges", sa.Integer(), nullable=False),
        sa.Column("unlike", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "other"),
    )
    op.create_index("alike_pair_of_other", "alike_pair", ["other"], unique=False)
    op.create_table(
        "likeness_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("evidence_of_digest", "evidence", ["authority", "digest"], unique=False)
    op.execute(
        "INSERT INTO likeness (digest, kind) SELECT digest, 'ink' FROM blob"
        " WHERE media_type = 'application/vnd.ruhu.ink+json'"
    )
    op.create_table(
        "blob_check",
        sa.Column("digest", KEY, nullable=False),
        sa.Column("checked_at", KEY, nullable=False),
        sa.Column("fault", KEY, nullable=True),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("blob_check_by_age", "blob_check", ["checked_at"], unique=False)
    op.create_index(
        "blob_check_faulty",
        "blob_check",
        ["digest"],
        unique=False,
        sqlite_where=sa.text("fault IS NOT NULL"),
        postgresql_where=sa.text("fault IS NOT NULL"),
    )
    op.create_table(
        "photo_flag",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("statement", KEY, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", KEY, nullable=True),
        sa.Column("code", KEY, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "statement", "position"),
    )
    op.create_index("photo_flag_by_code", "photo_flag", ["authority", "code", "statement"], unique=False)
    op.create_table(
        "photo_flag_due",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("statement", KEY, nullable=False),
        sa.PrimaryKeyConstraint("authority", "statement"),
    )
    op.create_table(
        "photo_flag_read",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority"),
    )


def downgrade() -> None:
    for table in ("photo_flag_read", "photo_flag_due", "photo_flag"):
        op.drop_table(table)
    op.drop_table("blob_check")
    op.drop_index("evidence_of_digest", "evidence")
    op.drop_table("likeness_place")
    op.drop_table("alike_pair")
    op.drop_table("likeness")
    op.drop_table("photo_job")
    op.drop_table("photo")
    op.create_table(
        "photo",
        sa.Column("digest", KEY, nullable=False),
        sa.Column("state", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("claims", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("digest"),
    )
