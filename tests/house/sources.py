"""The project's own Python files, parsed once."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("annotate", "labeling", "models_assist")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def python_files() -> tuple[Path, ...]:
    """Relative to the root; the packages, the tests and what stands beside them."""
    found = [
        path for name in (*PACKAGES, "tests", "bench") for path in (ROOT / name).rglob("*.py")
    ]
    return tuple(sorted(path.relative_to(ROOT) for path in (*found, *ROOT.glob("*.py"))))


def package_files() -> tuple[Path, ...]:
    return tuple(path for path in python_files() if path.parts[0] in PACKAGES)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(), str(path))


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, Function):
            yield node
