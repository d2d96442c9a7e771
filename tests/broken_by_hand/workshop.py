"""Where a copy of the source is broken and the named tests are run on it."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.broken_by_hand.fault import Fault

ROOT = Path(__file__).resolve().parents[2]
_SECONDS_A_TEST = 60
_SECONDS_A_RUN = 240
_SECONDS_MORE_A_TEST = 4
_FAILED = re.compile(r"^(?P<word>FAILED|ERROR) (?P<test>\S+::[^\[\s]+)(?P<rest>.*)$", re.MULTILINE)
# A fault that cannot even be loaded proves nothing about the tests.
_CLUMSY = ("NameError", "ImportError", "SyntaxError", "ModuleNotFoundError", "UnboundLocalError")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the named tests said."""

    failed: frozenset[str]
    clumsy: bool
    output: str
    is_whole: bool = True
    """Whether the tests came to their end in time."""

    def catches(self, tests: Iterable[str]) -> bool:
        return not self.clumsy and all(plain(test) in self.failed for test in tests)


def plain(test: str) -> str:
    """The name of a test without the variant in brackets."""
    return test.partition("[")[0]


@contextmanager
def open_workshop(commit: str | None = None) -> Iterator["Workshop"]:
    """Copy the tree as it lies there, or as a commit has it; the copy is gone afterwards."""
    with TemporaryDirectory(prefix="meja-broken-") as folder:
        copy = Path(folder) / "meja"
        copy.mkdir()
        if commit is None:
            _copy_working_tree(copy)
        else:
            archive = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True)
            with tarfile.open(fileobj=BytesIO(archive.stdout)) as packed:
                packed.extractall(copy, filter="data")
        (copy / ".venv").symlink_to(ROOT / ".venv")
        yield Workshop(copy)


def _copy_working_tree(copy: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)


@dataclass(frozen=True, slots=True)
class Workshop:
    """A copy of the source that may be broken."""

    root: Path

    @contextmanager
    def broken(self, fault: Fault) -> Iterator[None]:
        """Put the fault in; take it out again afterwards."""
        path = self.root / fault.file
        whole = path.read_text(encoding="utf-8")
        if whole.count(fault.old) != 1:
            message = f"{fault.name}: its old text stands {whole.count(fault.old)} times in {fault.file}"
            raise LookupError(message)
        try:
            self._write(path, whole.replace(fault.old, fault.new))
            yield
        finally:
            self._write(path, whole)

    def _write(self, path: Path, source: str) -> None:
        path.write_text(source, encoding="utf-8")
        # Compiled code is told by size and whole second: two writings of one second could look alike.
        shutil.rmtree(path.parent / "__pycache__", ignore_errors=True)

    def run(self, tests: Iterable[str]) -> Verdict:
        """Run tests on the copy as it is now."""
        names = list(dict.fromkeys(tests))
        command = [
            sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=no", "-p", "no:cacheprovider",
            f"--timeout={_SECONDS_A_TEST}", *names,
        ]  # fmt: skip
        surroundings = os.environ | {"COLUMNS": "400", "PYTHONPATH": str(self.root)}
        try:
            done = subprocess.run(
                command,
                cwd=self.root, env=surroundings, capture_output=True, text=True, check=False,
                timeout=_SECONDS_A_RUN + _SECONDS_MORE_A_TEST * len(names),
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Verdict(frozenset(), clumsy=False, output="the run took too long", is_whole=False)
        found = list(_FAILED.finditer(done.stdout))
        clumsy = done.returncode not in {0, 1} or any(word in one["rest"] for one in found for word in _CLUMSY)
        # Around a test only the books count: what cannot even be set up was noticed by nobody.
        failed = (one["test"] for one in found if one["word"] == "FAILED" or "AssertionError" in one["rest"])
        return Verdict(frozenset(failed), clumsy, done.stdout + done.stderr)
