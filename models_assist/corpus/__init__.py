"""A corpus that is read by many processes, piece by piece; see decision 41."""
