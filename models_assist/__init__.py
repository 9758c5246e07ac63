"""The machine colleague: encoders, the thread that serves them, and the heads that learn."""

import os

# This line runs before any room of ours can import transformers, which reads the variable once,
# on import. No weights are fetched at run time; an operator who wants that sets it to 0.
os.environ.setdefault("HF_HUB_OFFLINE", "1")  # noqa: TID251 - a library's switch, not our setting
