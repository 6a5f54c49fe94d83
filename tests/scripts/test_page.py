# SPDX-License-Identifier: Apache-2.0
"""The page's server: this machine alone, no host but the chain, nothing outside its folder."""

import http.client
import json
import sys

import pytest

from scripts.devnet.processes import start_service, stop_service
from scripts.settings import ROOT
from tests.scripts.conftest import PAGE_PORT
from tests.scripts.waiting import wait_for

RPC_URL = "http://127.0.0.1:18640"


@pytest.fixture
def page(tmp_path):
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>Headwater</title>")
    (folder / "assets" / "index-abc.js").write_text("export {}")
    (tmp_path / "secret.txt").write_text("secret")
    deployment = tmp_path / "devnet.json"
    deployment.write_text(json.dumps({"schema": 1}))
    command = [
        sys.executable, "-m", "scripts.devnet.page", "--folder", str(folder),
        "--deployment", str(deployment), "--port", str(PAGE_PORT), "--rpc", RPC_URL,
    ]  # fmt: skip
    service = start_service("page", command, tmp_path / "log", folder=ROOT)
    wait_for(lambda: ask_quietly("/") == 200)
    yield
    stop_service(service)


def ask(path: str, host: str = f"127.0.0.1:{PAGE_PORT}"):
    connection = http.client.HTTPConnection("127.0.0.1", PAGE_PORT, timeout=10)
    connection.putrequest("GET", path, skip_host=True)
    connection.putheader("Host", host)
    connection.endheaders()
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def ask_quietly(path: str) -> int:
    try:
        return ask(path)[0].status
    except OSError:
        return 0


def test_page__its_files_and_routes__are_served_with_a_strict_policy(page):
    response, body = ask("/markets/eth")
    policy = response.headers["Content-Security-Policy"]

    assert body == b"<title>Headwater</title>"
    assert "script-src 'self';" in policy
    assert f"connect-src 'self' {RPC_URL} ws://127.0.0.1:18640;" in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    response, body = ask("/assets/index-abc.js")
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert "immutable" in response.headers["Cache-Control"]
    assert json.loads(ask("/deployment.json")[1]) == {"schema": 1}


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/absent.js"])
def test_page__what_is_not_in_its_folder__is_not_found(page, path):
    response, body = ask(path)

    assert response.status == 404
    assert b"secret" not in body


def test_page__another_host_name__is_refused(page):
    assert ask("/", host="evil.example:80")[0].status == 421
