"""The state of a program at play."""
