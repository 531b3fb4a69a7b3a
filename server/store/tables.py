"""Every table, for whoever needs them all at once (migrations)."""

from importlib import import_module

NOUNS = (
    "authorities", "regions", "persons", "key_registry", "replicas", "statements", "cases", "evidence", "photos",
    "photo_jobs", "likeness", "photo_flags", "forms", "tasks", "open_items", "claims", "saved_filters", "relatives",
    "identities", "campaigns", "audit", "rates", "office_sessions", "housekeeping", "blobs",
)  # fmt: skip


def load_all() -> None:
    for noun in NOUNS:
        import_module(f"server.store.{noun}")
