"""Files of another kind, known by their first bytes: refused once, not byte by byte."""

from labeling.formats.bad_rows import BadRow

_SHEET = "Save the sheet as CSV in UTF-8, and import that."
_UNPACK = "Unpack it, and import the file within."
_AS_UTF_8 = "Save the file as UTF-8."
# What a person takes such a file for, and the way to mend it.
_SIGNATURES = (
    (b"PK\x03\x04", "a zip archive, or an Excel or OpenDocument file", f"{_SHEET} Or: {_UNPACK}"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file", _SHEET),
    (b"\x1f\x8b", "packed by gzip", _UNPACK),
    (b"BZh91AY", "packed by bzip2", _UNPACK),
    (b"\xfd7zXZ", "packed by xz", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "packed by zstd", _UNPACK),
    (b"7z\xbc\xaf", "a 7z archive", _UNPACK),
    (b"Rar!\x1a", "a rar archive", _UNPACK),
    (b"PAR1\x15", "a Parquet file", "Write it as JSON lines, and import those."),
    (b"SQLite f", "a database of SQLite", "Write its rows as JSON lines, and import those."),
    (b"%PDF-", "a PDF", "Take the texts out of it, one a row of CSV or JSON lines."),
)
_OTHER_ENCODINGS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


def refusal_of_other_file(start: bytes) -> BadRow | None:
    """Return why a file that begins so is no text in UTF-8; None where it may be one."""
    for mark, name in _OTHER_ENCODINGS:
        if start.startswith(mark):
            return BadRow("invalid_utf8", "", f"The file is {name}. {_AS_UTF_8}")
    for signature, name, remedy in _SIGNATURES:
        if start.startswith(signature):
            return BadRow("not_a_text_file", "", f"The file is {name}. {remedy}")
    return None
