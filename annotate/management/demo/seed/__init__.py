"""The four small projects a new server starts with, so that there is something to try."""
