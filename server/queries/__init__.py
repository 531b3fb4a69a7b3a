"""Reads: one function a question; plain values out, never a row."""
