"""The machine colleague: encoders, the thread that serves them, and the heads that learn."""

import os

# This line runs before any room of ours can import transformers, which reads the variable once,
# on import. No weights are fetched at run time; an operator who wants that sets it to 0.
os.environ.setdefault("HF_HUB_OFFLINE", "1")  # noqa: TID251 - a library's switch, not our setting
# Ray counts its users over the network unless it is told not to.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # noqa: TID251 - the same
