"""From what a file says to a program; every mistake is told with its place."""
