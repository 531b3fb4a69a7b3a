"""What tablets call: one blueprint a resource; parse, do, show. Mounted below /api/v1."""

from server.api import (
    changes,
    documentation,
    enrolments,
    forms,
    leases,
    photos,
    replica_sessions,
    statements,
    uploads,
)

BLUEPRINTS = (
    enrolments.bp,
    replica_sessions.bp,
    statements.bp,
    uploads.bp,
    changes.bp,
    leases.bp,
    photos.bp,
    forms.bp,
    documentation.bp,
)
