"""What the office sees: one blueprint a screen; Jinja, with htmx where a part of a page changes."""

from flask import Blueprint

BLUEPRINTS: tuple[Blueprint, ...] = ()
