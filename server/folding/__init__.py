"""Folding statements into cases, and what follows from each: open items, tasks, duplicates, derived rows."""
