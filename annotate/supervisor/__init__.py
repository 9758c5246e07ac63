"""Starts, watches and stops everything Annotate runs on one machine. Knows no Django."""

from annotate.supervisor.plan import Plan
from annotate.supervisor.serve import Supervisor

__all__ = ["Plan", "Supervisor"]
