"""Ways to make a request and to read what it cost: in this process through WSGI, or over HTTP to a real server."""

from __future__ import annotations

import http.client
import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from wsgiref.types import WSGIApplication

from bench.ports import free_port

Cookies = dict[str, str]
Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Answered:
    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def cookies(self) -> Cookies:
        """What a browser would keep."""
        pairs = (value.split(";")[0].partition("=") for key, value in self.headers if key.lower() == "set-cookie")
        return {name: value for name, _, value in pairs}


Send = Callable[[str, str, bytes, Cookies], Answered]
"""(method, path, form, cookies) -> what came back."""


@dataclass(frozen=True)
class Server:
    """Where requests go, and the CPU-seconds that it has used so far."""

    send: Send
    cpu: Callable[[], float]
    port: int = 0
    """At 127.0.0.1; 0 in this process."""


def browser_headers(cookies: Cookies) -> dict[str, str]:
    """What a browser sends with every request to its own site."""
    return {
        "Accept-Encoding": "gzip, deflate, br",
        "Accept-Language": "sv-SE,sv;q=0.9,en;q=0.8",
        "Sec-Fetch-Site": "same-origin",
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
    }


def in_process(application: WSGIApplication, database_cpu: Callable[[], float] = lambda: 0.0) -> Server:
    """The application called through WSGI: what a server adds (HTTP, sockets) is not in the cost.

    `database_cpu`: the CPU-seconds of a database server, which count too.
    """

    def send(method: str, path: str, form: bytes, cookies: Cookies) -> Answered:
        caught: list[tuple[str, Headers]] = []

        def start_response(status: str, headers: Headers, _exc_info: object = None) -> Callable[..., object]:
            caught.append((status, headers))
            return lambda _data: None

        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded" if form else "",
            "CONTENT_LENGTH": str(len(form)),
            "HTTP_HOST": "localhost",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(form),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        } | {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in browser_headers(cookies).items()}
        body: Iterable[bytes] = application(environ, start_response)
        content = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        status, headers = caught[0]
        return Answered(int(status[:3]), headers, content)

    return Server(send, lambda: time.process_time() + database_cpu())


@contextmanager
def granian(target: str, environment: Mapping[str, str], web_processes: int = 1) -> Iterator[Server]:
    """A granian on `target` ("wsgi:application"), of one process by default.

    Its CPU is read from /proc, so only on Linux.
    """
    port = free_port()
    arguments = [
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        str(web_processes),
        "--blocking-threads",
        "4",
    ]
    process = subprocess.Popen(  # noqa: S603 - our own server, with our own arguments
        [sys.executable, "-m", "granian", *arguments, "--log-level", "warning", target],
        env=os.environ | environment,
        start_new_session=True,
    )
    try:
        _wait_for(port)
        connection = http.client.HTTPConnection("127.0.0.1", port)

        def send(method: str, path: str, form: bytes, cookies: Cookies) -> Answered:
            headers = browser_headers(cookies) | {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request(method, path, form or None, headers)
            response = connection.getresponse()
            return Answered(response.status, response.getheaders(), response.read())

        yield Server(send, lambda: _cpu_of_group(process.pid), port)
        connection.close()
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start within 20 seconds; run it by hand to see why")


def _cpu_of_group(group: int) -> float:
    """CPU-seconds of all processes of a process group."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # After the name, which may hold anything: state, parent, group, ..., user and system time as 12th and 13th.
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
