#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Resolves pyproject.toml into two lock files without the name of any host.
set -euo pipefail
cd "$(dirname "$0")/.."

resolve() {
  ${UV:-.venv/bin/uv} pip compile pyproject.toml --quiet --universal --python-version 3.11 \
    --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links "$@"
}

resolve --extra dev -o requirements-dev.lock
# What runs is what was tested.
resolve --extra chain -c requirements-dev.lock -o requirements.lock
