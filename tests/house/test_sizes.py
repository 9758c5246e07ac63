"""A file fits in one sitting, a function on one screen."""

import ast

from tests.house.sources import ROOT, Function, functions, python_files

LONGEST_FILE = 300
LONGEST_FUNCTION = 40


def test_no_file_is_longer_than_300_lines() -> None:
    lengths = {
        str(path): len((ROOT / path).read_text().splitlines())
        for path in python_files()
        if "migrations" not in path.parts  # a migration is written by Django, and never edited
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_function_body_is_longer_than_40_lines() -> None:
    assert [
        f"{path}:{function.lineno} {function.name}: {lines}"
        for path in python_files()
        for function in functions(path)
        if (lines := body_lines(function)) > LONGEST_FUNCTION
    ] == []


def body_lines(function: Function) -> int:
    """Without the signature and the docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    if not body:
        return 0
    return (body[-1].end_lineno or 0) - body[0].lineno + 1
