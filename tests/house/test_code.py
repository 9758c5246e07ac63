"""Rules of the house that ruff and import-linter cannot say."""

import ast
from pathlib import Path

from tests.house.sources import PACKAGES, functions, package_files, parsed, python_files

# The outermost loops: what is not caught there would end what has to go on.
OUTERMOST_LOOPS = {
    "annotate/jobs/answerer.py": "an ask that breaks is refused, and the next one is answered",
    "annotate/services/jobs.py": "a job that breaks is marked failed, and the worker goes on",
    "models_assist/isolate.py": "finds the text at which a library raises, whatever it raises",
    "models_assist/runtime.py": "what breaks in the inference thread is raised to who asked",
}

# Django can import models only once the registry is ready, and calls this module before.
MAY_IMPORT_LATE = {"annotate/apps.py"}

# manage.py and asgi.py name the settings module, the test suite puts its settings in place, and
# one library is told to stay off the network before it can be imported.
MAY_USE_THE_ENVIRONMENT = {
    "annotate/asgi.py",
    "annotate/settings.py",
    "conftest.py",
    "manage.py",
    "models_assist/__init__.py",
}


def test_no_import_of_ours_hides_in_a_function() -> None:
    """It would dodge a circle of imports, and the rules about who may know whom."""
    hidden = [
        f"{path}:{node.lineno}"
        for path in package_files()
        if str(path) not in MAY_IMPORT_LATE
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and _is_ours(node)
    ]
    assert hidden == []


def _is_ours(node: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.level > 0 or (node.module or "").split(".")[0] in PACKAGES
    return any(alias.name.split(".")[0] in PACKAGES for alias in node.names)


def test_everything_is_caught_in_the_outermost_loops_only() -> None:
    broad = {
        str(path)
        for path in package_files()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node)
    }
    assert broad - OUTERMOST_LOOPS.keys() == set()


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    if caught is None:
        return True
    kinds = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(
        isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"} for kind in kinds
    )


def test_only_the_settings_use_the_environment() -> None:
    users = {
        str(path)
        for path in python_files()
        if not _is_test(path)
        for node in ast.walk(parsed(path))
        if _uses_environment(node)
    }
    assert users - MAY_USE_THE_ENVIRONMENT == set()


def _is_test(path: Path) -> bool:
    return path.parts[0] == "tests"


def _uses_environment(node: ast.AST) -> bool:
    names = {"environ", "getenv"}
    if isinstance(node, ast.ImportFrom):
        return node.module == "os" and any(alias.name in names for alias in node.names)
    return (
        isinstance(node, ast.Attribute)
        and node.attr in names
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    )
