"""Measurements of a real server, from outside: see docs/measurements.md."""
