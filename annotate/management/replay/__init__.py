"""The parts of `manage.py replay`."""
