"""Writes: one use case a file, one transaction each, named in the imperative."""
