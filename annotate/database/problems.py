"""The one error of this package; its text says what is wrong and how to mend it."""


class DatabaseProblem(Exception):
    """The database cannot be found, started or reached."""


# What PostgreSQL writes when it fails, and what a person can do about it.
_REMEDIES = (
    (
        "No space left on device",
        "The disk is full. Free some space (100 MB at the least) and start again; "
        "nothing that was saved is lost.",
    ),
    (
        "incompatible with server",
        "The data folder was made by another major version of PostgreSQL. Set PG_BIN to the "
        "bin folder of that version, or dump the data with it and restore it with this one.",
    ),
    (
        "could not map anonymous shared memory",
        "There is too little free memory for PostgreSQL. Close something and start again.",
    ),
    (
        "Permission denied",
        "PostgreSQL may not read or write its folder. Give the folder back to the user it "
        "runs as (see the log), or set DATA_DIR to another place.",
    ),
    (
        "could not bind Unix",
        "Another PostgreSQL already uses this socket. Stop it, or set DATA_DIR to another place.",
    ),
)


def explain(output: str) -> str:
    """A sentence of advice for what PostgreSQL wrote, or its own last lines."""
    for sign, advice in _REMEDIES:
        if sign in output:
            return advice
    last = [line for line in output.strip().splitlines() if line.strip()][-5:]
    return "PostgreSQL says:\n  " + "\n  ".join(last or ["(nothing)"])
