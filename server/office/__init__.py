"""What the office sees: one blueprint a screen; plain forms and pages that need no script."""

from server.office import (
    alike,
    audit,
    cases,
    data_checks,
    decisions,
    evidence,
    gallery,
    lifeboat,
    people,
    quarantine,
    reconcile,
    relatives,
    roster,
    session,
    tablets,
)

BLUEPRINTS = (
    session.bp,
    reconcile.bp,
    alike.bp,
    decisions.bp,
    cases.bp,
    evidence.bp,
    quarantine.bp,
    tablets.bp,
    people.bp,
    relatives.bp,
    roster.bp,
    data_checks.bp,
    lifeboat.bp,
    audit.bp,
    gallery.bp,
)
