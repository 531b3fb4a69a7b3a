"""first tables"""

import sqlalchemy as sa
from alembic import op

# Keys compare as bytes on both databases.
KEY = sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", KEY, nullable=False),
        sa.Column("person", KEY, nullable=True),
        sa.Column("act", KEY, nullable=False),
        sa.Column("subject", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("authority", "id"),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("audit_by_subject", ["authority", "subject"], unique=False)
        batch_op.create_index("audit_by_time", ["authority", "at"], unique=False)

    op.create_table(
        "authority",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name_zh", KEY, nullable=False),
        sa.Column("name_en", KEY, nullable=False),
        sa.Column("epoch", KEY, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("line_urban", sa.Integer(), nullable=False),
        sa.Column("line_rural", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "blob",
        sa.Column("digest", KEY, nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("media_type", KEY, nullable=False),
        sa.Column("held_since", KEY, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "delivery",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("replica", KEY, nullable=False),
        sa.Column("digest", KEY, nullable=False),
        sa.Column("upload", KEY, nullable=False),
        sa.Column("at", KEY, nullable=False),
        sa.PrimaryKeyConstraint("authority", "replica", "digest"),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index("delivery_by_upload", ["authority", "replica", "upload"], unique=False)

    op.create_table(
        "departure",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("path", KEY, nullable=False),
        sa.PrimaryKeyConstraint("authority", "index", "case_id"),
    )
    op.create_table(
        "equivocation",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("statement", KEY, nullable=False),
        sa.Column("digest", KEY, nullable=False),
        sa.Column("received_at", KEY, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "statement", "digest"),
    )
    op.create_table(
        "evidence",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("statement", KEY, nullable=False),
        sa.Column("digest", KEY, nullable=False),
        sa.Column("replica", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("shot", KEY, nullable=False),
        sa.Column("media_type", KEY, nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "statement", "digest"),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index("evidence_of_case", ["authority", "case_id"], unique=False)
        batch_op.create_index("evidence_of_replica", ["authority", "replica", "digest"], unique=False)

    op.create_table(
        "flag",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("statement", KEY, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("code", KEY, nullable=False),
        sa.Column("path", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("authority", "statement", "position"),
    )
    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_flag_case_id"), ["case_id"], unique=False)

    op.create_table(
        "leaf",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.Column("statement", KEY, nullable=False),
        sa.PrimaryKeyConstraint("authority", "index"),
    )
    op.create_table(
        "office_session",
        sa.Column("token_hash", KEY, nullable=False),
        sa.Column("authority", KEY, nullable=False),
        sa.Column("person", KEY, nullable=False),
        sa.Column("last_seen", KEY, nullable=False),
        sa.Column("expires_at", KEY, nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    with op.batch_alter_table("office_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_office_session_person"), ["person"], unique=False)

    op.create_table(
        "photo",
        sa.Column("digest", KEY, nullable=False),
        sa.Column("state", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("claims", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "rate",
        sa.Column("bucket", KEY, nullable=False),
        sa.Column("window", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "window"),
    )
    op.create_table(
        "refusal",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("day", KEY, nullable=False),
        sa.Column("problem", KEY, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "day", "problem"),
    )
    op.create_table(
        "replica_session",
        sa.Column("token_hash", KEY, nullable=False),
        sa.Column("authority", KEY, nullable=False),
        sa.Column("replica", KEY, nullable=False),
        sa.Column("expires_at", KEY, nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    with op.batch_alter_table("replica_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_replica_session_replica"), ["replica"], unique=False)

    op.create_table(
        "statement_case",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("statement", KEY, nullable=False),
        sa.PrimaryKeyConstraint("authority", "case_id", "statement"),
    )
    op.create_table(
        "task",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("path", KEY, nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("authority", "id"),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index("task_of_case", ["authority", "case_id"], unique=False)

    op.create_table(
        "upload",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("replica", KEY, nullable=False),
        sa.Column("digest", KEY, nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", KEY, nullable=False),
        sa.PrimaryKeyConstraint("authority", "id"),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index("upload_of_digest", ["authority", "replica", "digest"], unique=True)

    op.create_table(
        "village_digest",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("village", KEY, nullable=False),
        sa.Column("path", KEY, nullable=False),
        sa.Column("digest", KEY, nullable=False),
        sa.PrimaryKeyConstraint("authority", "village"),
    )
    op.create_table(
        "enrolment",
        sa.Column("token_hash", KEY, nullable=False),
        sa.Column("authority", KEY, nullable=False),
        sa.Column("person", KEY, nullable=False),
        sa.Column("issued_by", KEY, nullable=False),
        sa.Column("issued_at", KEY, nullable=False),
        sa.Column("expires_at", KEY, nullable=False),
        sa.Column("replica", KEY, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["authority"], ["authority.id"]),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_table(
        "form_version",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("form", KEY, nullable=False),
        sa.Column("version", KEY, nullable=False),
        sa.Column("workbook", sa.LargeBinary(), nullable=False),
        sa.Column("compiled", sa.Text(), nullable=False),
        sa.Column("published_at", KEY, nullable=False),
        sa.ForeignKeyConstraint(["authority"], ["authority.id"]),
        sa.PrimaryKeyConstraint("authority", "form", "version"),
    )
    op.create_table(
        "household_case",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("village", KEY, nullable=False),
        sa.Column("path", KEY, nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("hash", KEY, nullable=False),
        sa.Column("householder", KEY, nullable=False),
        sa.Column("address", KEY, nullable=False),
        sa.Column("disputed", sa.Integer(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("interviews", sa.Integer(), nullable=False),
        sa.Column("owed", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["authority"], ["authority.id"]),
        sa.PrimaryKeyConstraint("authority", "id"),
    )
    with op.batch_alter_table("household_case", schema=None) as batch_op:
        batch_op.create_index("case_by_change", ["authority", "changed", "id"], unique=False)
        batch_op.create_index("case_by_place", ["authority", "path", "changed", "id"], unique=False)
        batch_op.create_index(
            "case_in_list", ["authority", "path", "householder", "id", "disputed", "owed", "visits"], unique=False
        )

    op.create_table(
        "person",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("login", KEY, nullable=False),
        sa.Column("name", KEY, nullable=False),
        sa.Column("role", KEY, nullable=False),
        sa.Column("region", KEY, nullable=False),
        sa.Column("scope", KEY, nullable=False),
        sa.Column("scope_version", sa.Integer(), nullable=False),
        sa.Column("password_hash", KEY, nullable=True),
        sa.Column("keyid", KEY, nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("office_replica", KEY, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["authority"], ["authority.id"]),
        sa.PrimaryKeyConstraint("authority", "id"),
        sa.UniqueConstraint("authority", "login"),
    )
    op.create_table(
        "region",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("parent", KEY, nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("name", KEY, nullable=False),
        sa.Column("code", KEY, nullable=True),
        sa.Column("path", KEY, nullable=False),
        sa.ForeignKeyConstraint(["authority"], ["authority.id"]),
        sa.PrimaryKeyConstraint("authority", "id"),
    )
    with op.batch_alter_table("region", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_region_path"), ["path"], unique=False)

    op.create_table(
        "replica",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("label", KEY, nullable=False),
        sa.Column("enrolled_at", KEY, nullable=False),
        sa.Column("revoked_at", KEY, nullable=True),
        sa.Column("head_seq", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", KEY, nullable=True),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("last_contact", KEY, nullable=True),
        sa.Column("session_counter", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["authority"], ["authority.id"]),
        sa.PrimaryKeyConstraint("authority", "id"),
    )
    op.create_table(
        "signing_key",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("keyid", KEY, nullable=False),
        sa.Column("algorithm", KEY, nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("replica", KEY, nullable=False),
        sa.Column("person", KEY, nullable=True),
        sa.Column("carries", sa.Boolean(), nullable=False),
        sa.Column("enrolled_at", KEY, nullable=False),
        sa.Column("revoked_at", KEY, nullable=True),
        sa.ForeignKeyConstraint(["authority"], ["authority.id"]),
        sa.PrimaryKeyConstraint("authority", "keyid"),
    )
    with op.batch_alter_table("signing_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signing_key_person"), ["person"], unique=False)
        batch_op.create_index(batch_op.f("ix_signing_key_replica"), ["replica"], unique=False)

    op.create_table(
        "statement",
        sa.Column("authority", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("replica", KEY, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", KEY, nullable=False),
        sa.Column("prev", KEY, nullable=True),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=True),
        sa.Column("author", KEY, nullable=False),
        sa.Column("received_at", KEY, nullable=False),
        sa.Column("quarantine", KEY, nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.Column("receipt_sig", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["authority"], ["authority.id"]),
        sa.PrimaryKeyConstraint("authority", "id"),
    )
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.create_index("statement_by_chain", ["authority", "replica", "seq"], unique=True)
        batch_op.create_index("statement_by_index", ["authority", "index"], unique=True)
        batch_op.create_index("statement_in_quarantine", ["authority", "quarantine"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.drop_index("statement_in_quarantine")
        batch_op.drop_index("statement_by_index")
        batch_op.drop_index("statement_by_chain")

    op.drop_table("statement")
    with op.batch_alter_table("signing_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signing_key_replica"))
        batch_op.drop_index(batch_op.f("ix_signing_key_person"))

    op.drop_table("signing_key")
    op.drop_table("replica")
    with op.batch_alter_table("region", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_region_path"))

    op.drop_table("region")
    op.drop_table("person")
    with op.batch_alter_table("household_case", schema=None) as batch_op:
        batch_op.drop_index("case_in_list")
        batch_op.drop_index("case_by_place")
        batch_op.drop_index("case_by_change")

    op.drop_table("household_case")
    op.drop_table("form_version")
    op.drop_table("enrolment")
    op.drop_table("village_digest")
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.drop_index("upload_of_digest")
        batch_op.drop_index(batch_op.f("ix_upload_expires_at"))

    op.drop_table("upload")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("task_of_case")

    op.drop_table("task")
    op.drop_table("statement_case")
    with op.batch_alter_table("replica_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_replica_session_replica"))

    op.drop_table("replica_session")
    op.drop_table("refusal")
    op.drop_table("rate")
    op.drop_table("photo")
    with op.batch_alter_table("office_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_office_session_person"))

    op.drop_table("office_session")
    op.drop_table("leaf")
    with op.batch_alter_table("flag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_flag_case_id"))

    op.drop_table("flag")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index("evidence_of_replica")
        batch_op.drop_index("evidence_of_case")

    op.drop_table("evidence")
    op.drop_table("equivocation")
    op.drop_table("departure")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("delivery_by_upload")

    op.drop_table("delivery")
    op.drop_table("blob")
    op.drop_table("authority")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("audit_by_time")
        batch_op.drop_index("audit_by_subject")

    op.drop_table("audit")
