# SPDX-License-Identifier: Apache-2.0
"""Serves the built page on this machine alone, with headers that allow no other host.

python -m scripts.devnet.page --folder frontend/dist --deployment FILE --port 5173 --rpc URL
"""

import http.server
import posixpath
from functools import partial
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

from strategies.command import OneLineParser, run_as_command

from .files import read_json

KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8",
}


def security_headers(rpc_url: str) -> dict[str, str]:
    """The page may talk to itself and to the chain; nothing may frame it."""
    socket_url = rpc_url.replace("http", "ws", 1)
    policy = (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data:; font-src 'self'; connect-src 'self' {rpc_url} {socket_url}; "
        "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    }


class PageHandler(http.server.BaseHTTPRequestHandler):
    """Files of one folder; paths without a file are the page's own routes."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments, folder: Path, deployment: Path, headers_sent, **options):
        self.folder = folder
        self.deployment = deployment
        self.headers_sent = headers_sent
        super().__init__(*arguments, **options)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, with_body: bool) -> None:
        # A name that resolves here from elsewhere (DNS rebinding) is not us.
        host = (self.headers.get("Host") or "").rpartition(":")[0] or self.headers.get("Host", "")
        if host not in ("127.0.0.1", "localhost"):
            self._send(HTTPStatus.MISDIRECTED_REQUEST, b"", "text/plain", with_body)
            return
        path = self._file(unquote(urlsplit(self.path).path))
        if path is None:
            self._send(HTTPStatus.NOT_FOUND, b"not found\n", "text/plain", with_body)
            return
        kind = KINDS.get(path.suffix, "application/octet-stream")
        self._send(HTTPStatus.OK, path.read_bytes(), kind, with_body)

    def _file(self, asked: str) -> Path | None:
        if asked == "/deployment.json":
            return self.deployment if self.deployment.is_file() else None
        clean = posixpath.normpath("/" + asked).lstrip("/")
        path = (self.folder / clean).resolve()
        if path.is_file() and path.is_relative_to(self.folder):
            return path
        if posixpath.splitext(clean)[1]:
            return None
        index = self.folder / "index.html"
        return index if index.is_file() else None

    def _send(self, status: HTTPStatus, body: bytes, kind: str, with_body: bool) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        hashed = "/assets/" in self.path
        self.send_header("Cache-Control", "max-age=31536000, immutable" if hashed else "no-store")
        for name, content in self.headers_sent.items():
            self.send_header(name, content)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *arguments) -> None:
        """Requests are not logged; what fails is."""

    def version_string(self) -> str:
        return "headwater"


def serve(folder: Path, deployment: Path, port: int, rpc_url: str) -> int:
    handler = partial(
        PageHandler,
        folder=folder.resolve(),
        deployment=deployment,
        headers_sent=security_headers(rpc_url),
    )
    http.server.ThreadingHTTPServer.daemon_threads = True
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        print(f"serving {folder} on port {port}", flush=True)
        server.serve_forever()
    return 0


def main() -> int:
    parser = OneLineParser(prog="python -m scripts.devnet.page")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--deployment", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--rpc", required=True)
    given = parser.parse_args()
    read_json(given.deployment)
    return run_as_command(lambda: serve(given.folder, given.deployment, given.port, given.rpc))


if __name__ == "__main__":
    raise SystemExit(main())
