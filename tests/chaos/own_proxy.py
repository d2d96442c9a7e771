"""The proxy of the operating manual as a process of one's own: Debian's nginx with our configuration, without TLS."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import requests

from tests.chaos.serving import ROOT, end_with_parent
from tests.ports import free_port
from tests.servers import NoServer

_DOCUMENTED = ROOT / "docs" / "operation" / "nginx.conf"
_MAIN = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.log warn;
events {{ worker_connections 8192; }}
http {{
    access_log off; include /etc/nginx/mime.types;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {documented}
}}
"""
_START_SECONDS = 10.0


@contextmanager
def own_proxy(upstream: str, folder: Path) -> Iterator[str]:
    """Run the documented proxy before an address until the block ends, and give its own. Raises NoServer."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        message = "no nginx (Debian: apt-get install nginx-light)"
        raise NoServer(message)
    port = free_port()
    place = folder / "nginx.conf"
    place.write_text(_MAIN.format(folder=folder, documented=_plain(_DOCUMENTED.read_text(), upstream, port)))
    process = subprocess.Popen(
        [program, "-c", str(place), "-p", str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=end_with_parent,  # noqa: PLW1509 - it takes no lock
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process, folder / "nginx.log")
        yield address
    finally:
        process.terminate()
        process.wait(10)


def _plain(documented: str, upstream: str, port: int) -> str:
    """Turn what needs a certificate and the usual port into what a test has."""
    plain = re.sub(r"^\s*ssl_certificate.*$", "", documented, flags=re.MULTILINE)
    plain = plain.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    plain = plain.replace("server 127.0.0.1:8000;", f"server {urlsplit(upstream).netloc};")
    assert "ssl" not in plain
    assert urlsplit(upstream).netloc in plain
    return plain


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(requests.RequestException):
            requests.get(f"{address}/healthz", timeout=2)
            return
        time.sleep(0.05)
    message = f"nginx did not start: {log.read_text(errors='replace')[-500:] if log.exists() else ''}"
    raise NoServer(message)
