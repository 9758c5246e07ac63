"""Engines on other machines behind the interfaces of our own, at addresses that are allowed."""
