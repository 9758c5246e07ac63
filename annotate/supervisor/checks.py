"""What is asked before and after the start: is the port free, are we alone, does it answer."""

import fcntl
import http.client
import os
import socket
from pathlib import Path

from annotate.supervisor.plan import Plan
from annotate.supervisor.units import CannotStart


def check_port(plan: Plan) -> None:
    """By binding it for a moment, as the web server will. Raises CannotStart."""
    try:
        found = socket.getaddrinfo(
            plan.host, plan.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except socket.gaierror as error:
        raise CannotStart(
            f"HOST={plan.host} is not an address of this machine ({error.strerror}). "
            "Use 127.0.0.1 for this machine only, or 0.0.0.0 for all its addresses."
        ) from error
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise CannotStart(
                f"Port {plan.port} on {plan.host} cannot be used ({error.strerror}). Stop the "
                f"program that has it, or choose another: PORT={plan.port + 1} make run"
            ) from error


def hold_data_dir(data_dir: Path) -> int:
    """Become the only supervisor of this folder until we end. Raises CannotStart."""
    path = data_dir / "serve.lock"
    try:
        # Others may pass through but not list it: PostgreSQL's user must, when we are root.
        data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CannotStart(
            f"The data folder {data_dir} is not usable ({error.strerror}). "
            "Set DATA_DIR to a folder you may write to."
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = path.read_text().strip() or "unknown"
        os.close(descriptor)
        raise CannotStart(
            f"Annotate already runs on {data_dir} (process {holder}). "
            "Stop that one first, or set DATA_DIR to another folder."
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    return descriptor


def is_healthy(plan: Plan) -> bool:
    """One question to /healthz. A refusal counts: ALLOWED_HOSTS need not name this machine."""
    everywhere = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared
    host = everywhere.get(plan.host, plan.host)
    connection = http.client.HTTPConnection(host, plan.port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{plan.port}"})
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
