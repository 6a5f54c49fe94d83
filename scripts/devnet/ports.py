# SPDX-License-Identifier: Apache-2.0
"""Ports: free or taken, seen before anything is started."""

import socket

from ..errors import PortTaken


def is_port_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers bind: a port that only lingers in TIME_WAIT counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def require_free_port(port: int, service: str, setting: str) -> None:
    if not is_port_free(port):
        raise PortTaken(port, service, setting)
