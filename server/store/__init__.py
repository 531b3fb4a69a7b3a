"""Tables and their load and save, one file a noun: rows in, values out. Nothing here commits."""
