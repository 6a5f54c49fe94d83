#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Resolves pyproject.toml into two lock files, and the oracle's requirements into a third, without
# the name of any host.
set -euo pipefail
cd "$(dirname "$0")/.."

resolve() {
  ${UV:-.venv/bin/uv} pip compile --quiet --universal --python-version 3.11 \
    --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links "$@"
}

resolve pyproject.toml --extra dev -o requirements-dev.lock
# What runs is what was tested.
resolve pyproject.toml --extra chain -c requirements-dev.lock -o requirements.lock
resolve appchain/oracle/requirements.in -o appchain/oracle/requirements.lock
