"""What it costs to find near-duplicates, and to say what is similar to an item, in large projects.

usage: python bench/similar.py [ITEMS ...]
"""

import json
import sys
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from bench.project import CHOICE, Lead, schema_of  # noqa: E402
from bench.server import temporary_server  # noqa: E402

ASKED = 50
"""As `similar_pool` asks for."""


def measured(items: int) -> dict[str, Any]:
    with temporary_server() as server:
        project = Lead(server).create_project(schema_of(CHOICE))
        script = str(Path(__file__).parent / "similar_pool.py")
        numbers = map(str, (project, items, server.database_pid()))
        found: dict[str, Any] = json.loads(server.run_python(script, *numbers).splitlines()[-1])
        return found


def main() -> None:
    """Prints a line a size, and JSON at the end."""
    rows = {}
    for items in map(int, sys.argv[1:] or ["10000", "100000"]):
        found = measured(items)
        rows[items] = found
        first, again, asked = (found[name] for name in ("first", "again", "asked"))
        print(  # noqa: T201 - a script
            f"{items:>9,} items: {found['result']['grouped']:,} grouped; processor seconds "
            f"{first['ours']:.1f} + {first['database']:.1f} (database); with nothing new "
            f"{again['ours']:.2f} + {again['database']:.2f}; {found['mb_more']:.0f} MB more; "
            f"similar items {asked['ours'] / ASKED * 1000:.1f} + "
            f"{asked['database'] / ASKED * 1000:.1f} ms"
        )
    print(json.dumps(rows))  # noqa: T201 - a script


if __name__ == "__main__":
    main()
