"""The settings of the test suite: those of the server, over a data folder of its own.

pytest-django imports this before any conftest.py, hence the environment is put in place here.
Processes that tests start inherit it, and with it the folder. A DATA_DIR of any other name is
somebody's data and never used.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_PREFIX = "annotate-tests-"

if not Path(os.environ.get("DATA_DIR", "")).name.startswith(_PREFIX):
    _folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    _folder.chmod(0o711)  # PostgreSQL's user must pass when the suite runs as root
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    os.environ["DATA_DIR"] = str(_folder)
os.environ["ANNOTATE_TESTING"] = "1"

from annotate.settings import *  # noqa: E402, F403
from annotate.settings import DATABASE_URL, DATABASES  # noqa: E402

if DATABASE_URL:
    # Two halves of the suite run at once; on a server that both use, each has its own tables.
    DATABASES["default"]["TEST"] = {"NAME": f"test_annotate_{os.getpid()}"}
