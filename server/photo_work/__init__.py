"""What workers do with photos off the push path: look, compare, flag, read again, find what nothing names."""
