#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing into the project and nothing else: a Python environment in .venv, anvil
# and the page's packages in node_modules, the built page in frontend/dist. Each step leaves a stamp
# that names its input, so that a second run does nothing.
#
#   scripts/bootstrap.sh python | anvil | node | engine | chain | bench | develop | prove | run | test
set -euo pipefail
cd "$(dirname "$0")/.."

WANTED=${1:-run}
LOGS=.build/bootstrap
STAMPS=.venv/stamps

# Caches of the installers stay inside the project too.
export PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
export UV_CACHE_DIR="$PWD/.build/uv" UV_LINK_MODE=hardlink UV_NO_PROGRESS=1 UV_HTTP_TIMEOUT=180
export npm_config_cache="$PWD/.build/npm" npm_config_update_notifier=false npm_config_fund=false
export npm_config_audit=false

say() { printf '[setup %3ds] %s\n' "$SECONDS" "$*"; }
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# digest FILE...: one name for the content of all files.
digest() { cat "$@" | sha256sum | cut -c1-32; }

# is_current STAMP KEY, stamp STAMP KEY: whether a step was done for this input, and that it was.
is_current() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }
stamp() {
  mkdir -p "$(dirname "$1")"
  printf '%s' "$2" >"$1"
}

# quietly NAME COMMAND...: run with the output in a log, shown only if the command fails.
quietly() {
  local name=$1 log="$LOGS/$1.log"
  shift
  mkdir -p "$LOGS"
  if ! "$@" >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    fail "$name failed; the whole output is in $log"
  fi
}

find_python() {
  local name
  for name in "${PYTHON:-}" python3.11 python3.12 python3; do
    [ -n "$name" ] || continue
    command -v "$name" >/dev/null 2>&1 || continue
    if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  fail "no Python 3.11 or 3.12 on PATH; install python3 and python3-venv (Debian 12: apt-get install python3 python3-venv)"
}

check_node() {
  command -v node >/dev/null 2>&1 || fail "node is not on PATH; install Node 20.19 or newer"
  command -v npm >/dev/null 2>&1 || fail "npm is not on PATH; install it beside Node 20"
  node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' ||
    fail "node is $(node --version); Headwater needs 20.19 or newer"
}

# uv reads none of pip's settings: hand over the index and the certificates, if any are set.
hand_over_index() {
  local index
  index=${UV_DEFAULT_INDEX:-${PIP_INDEX_URL:-$(.venv/bin/pip config get global.index-url 2>/dev/null || true)}}
  [ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
  [ -z "${PIP_CERT:-}" ] || export SSL_CERT_FILE="${SSL_CERT_FILE:-$PIP_CERT}"
}

# uv downloads in parallel, which takes minutes off the first run; pip brings uv itself.
install_python() {
  local lock=$1 key
  key=$(digest "$lock" pyproject.toml appchain/python/pyproject.toml)
  is_current "$STAMPS/$lock" "$key" && return
  # What the tests need includes what runs.
  if [ "$lock" = requirements.lock ] &&
    is_current "$STAMPS/requirements-dev.lock" "$(digest requirements-dev.lock pyproject.toml appchain/python/pyproject.toml)"; then
    return
  fi
  if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    local python
    python=$(find_python)
    say "creating .venv with $("$python" --version)"
    quietly venv "$python" -m venv --clear .venv
  fi
  awk '/^uv==/ {found = 1} found {print} found && !/\\$/ {exit}' "$lock" >.venv/uv.lock
  if [ "$(.venv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" != "$(sed -n 's/^uv==\([^ ]*\).*/\1/p' .venv/uv.lock)" ]; then
    say "installing uv"
    quietly uv .venv/bin/pip install --require-hashes -r .venv/uv.lock
  fi
  hand_over_index
  say "installing the Python packages of $lock"
  quietly python-packages .venv/bin/uv pip install --python .venv/bin/python --require-hashes -r "$lock"
  quietly headwater .venv/bin/uv pip install --python .venv/bin/python --no-deps \
    --no-build-isolation -e . -e appchain/python
  # Where ape-vyper looks for compilers other than the one installed here.
  mkdir -p .ape/vvm
  stamp "$STAMPS/$lock" "$key"
  say "Python packages are installed"
}

# Another implementation of Ethereum, for the node's tests.
install_oracle() {
  local lock=appchain/oracle/requirements.lock key
  key=$(digest "$lock")
  is_current .build/oracle/.stamp "$key" && return
  hand_over_index
  say "installing the execution specification"
  quietly oracle-environment .venv/bin/uv venv --clear --python .venv/bin/python .build/oracle
  quietly oracle .venv/bin/uv pip install --python .build/oracle/bin/python --require-hashes -r "$lock"
  stamp .build/oracle/.stamp "$key"
}

# What proves has a Python of its own: halmos wants versions that Ape does not.
install_provers() {
  local lock=tests/symbolic/requirements.lock key
  key=$(digest "$lock")
  is_current .build/prove/.stamp "$key" && return
  hand_over_index
  say "installing halmos and z3"
  quietly provers-environment .venv/bin/uv venv --clear --python .venv/bin/python .build/prove
  quietly provers .venv/bin/uv pip install --python .build/prove/bin/python --require-hashes -r "$lock"
  stamp .build/prove/.stamp "$key"
}

# The tests ask our node with cast too; nothing else does.
install_anvil() {
  local folder=scripts/devnet key binary omit=(--omit=dev)
  key=$(digest $folder/package-lock.json)
  [ "$WANTED" != test ] || omit=()
  if ! is_current $folder/node_modules/.stamp "$key with cast" &&
    { [ "$WANTED" = test ] || ! is_current $folder/node_modules/.stamp "$key"; }; then
    check_node
    say "installing anvil"
    quietly anvil npm ci --prefix $folder --ignore-scripts "${omit[@]}"
    [ "$WANTED" != test ] || key="$key with cast"
    stamp $folder/node_modules/.stamp "$key"
    find $folder/node_modules/@foundry-rs -path '*/bin/*' -type f -exec chmod +x {} +
  fi
  binary=$(find "$PWD/$folder/node_modules/@foundry-rs" -path '*/bin/anvil' -type f | head -n 1)
  [ -n "$binary" ] || fail "npm brought no anvil for this machine ($(uname -sm)); see $folder/package.json"
  [ -x "$binary" ] || chmod +x "$binary"
  mkdir -p .venv/bin
  [ "$(readlink .venv/bin/anvil 2>/dev/null)" = "$binary" ] || ln -sfn "$binary" .venv/bin/anvil
}

install_page() {
  local key
  key=$(digest frontend/package-lock.json)
  is_current frontend/node_modules/.stamp "$key" && return
  check_node
  say "installing the page's packages"
  quietly page-packages npm ci --prefix frontend --ignore-scripts
  stamp frontend/node_modules/.stamp "$key"
  say "the page's packages are installed"
}

build_page() {
  local key
  key=$(find frontend/src frontend/public frontend/index.html frontend/*.json frontend/vite.config.ts \
    frontend/scripts deployments/abi -type f ! -path '*/generated/*' -print0 | sort -z | xargs -0 sha256sum |
    sha256sum | cut -c1-32)
  is_current frontend/dist/.stamp "$key" && return
  say "building the page"
  # Built beside and then swapped: a page that is being served loses its files for an instant only.
  quietly page-build npm --prefix frontend run build -- --outDir dist.next --emptyOutDir
  stamp frontend/dist.next/.stamp "$key"
  rm -rf frontend/dist
  mv frontend/dist.next frontend/dist
  say "the page is built"
}

require_cargo() {
  command -v cargo >/dev/null 2>&1 ||
    fail "cargo is not on PATH; install Rust 1.95 or newer, or run on anvil: HEADWATER_CHAIN=anvil make up"
}

# cargo_build PACKAGE...: build quietly, and say how far it is where that takes long.
cargo_build() {
  local log="$PWD/$LOGS/cargo.log" build all packages=("${@/#/-p}")
  mkdir -p "$LOGS"
  (cd appchain && exec cargo build --release --locked "${packages[@]}") >"$log" 2>&1 &
  build=$!
  # A lane that is told to end takes cargo along.
  trap 'kill "$build" 2>/dev/null || true' EXIT
  trap 'exit 130' INT TERM
  all=$(cd appchain && cargo tree --locked --prefix none -e normal,build "${packages[@]}" 2>/dev/null |
    sed 's/ (.*//' | sort -u | wc -l)
  while sleep 1 && kill -0 "$build" 2>/dev/null; do
    [ $((SECONDS % 20)) != 0 ] ||
      say "building our own node: $(grep -c '^ *Compiling ' "$log") crates of at most $all"
  done
  trap - EXIT INT TERM
  wait "$build" && return
  tail -n 15 "$log" >&2
  fail "cargo failed; the whole output is in $LOGS/cargo.log"
}

# What runs the chain; cargo itself knows what is out of date.
build_node() {
  require_cargo
  [ -x appchain/target/release/headwater-node ] || say "building our own node, some minutes the first time"
  cargo_build headwater-node
}

# The node within Python: for Ape's network headwater:local:engine and for simulations.
build_engine() {
  local library made=appchain/python/headwater_engine/_native.abi3.so
  require_cargo
  [ -f "$made" ] || say "building the engine for Python, some minutes the first time"
  cargo_build headwater-node binding
  for library in appchain/target/release/libheadwater_engine.{so,dylib}; do
    [ -f "$library" ] || continue
    cmp -s "$library" "$made" && return
    # Swapped in: a process that has the old one loaded keeps it.
    cp "$library" "$made.next"
    mv "$made.next" "$made"
  done
}

# What `make bench` measures, and what it counts instructions with.
build_bench() {
  build_engine
  # With what is built already: alone it would ask for fewer features of revm and build it anew.
  cargo_build headwater-node binding bench
}

install_valgrind() {
  command -v valgrind >/dev/null 2>&1 && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "installing valgrind with apt-get"
    if (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
      --no-install-recommends valgrind) >"$LOGS/valgrind.log" 2>&1; then
      return
    fi
  fi
  say "no valgrind: instructions are not counted (Debian: apt-get install valgrind)"
}

is_own_node() { [ "${HEADWATER_CHAIN:-headwater}" = headwater ]; }

build_chosen_node() {
  ! is_own_node || build_node
}

find_chromium() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    [ -n "$name" ] && command -v "$name" && return
  done
  return 1
}

install_chromium() {
  find_chromium >/dev/null && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "installing Chromium with apt-get"
    if (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
      --no-install-recommends chromium) >"$LOGS/chromium.log" 2>&1; then
      return
    fi
    say "apt-get could not install Chromium ($LOGS/chromium.log); the browser journey needs it"
    return
  fi
  say "no Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM=<path> for the browser journey"
}

# Lanes, since an installation waits for the network and a build for the processor.
#   install_all LOCK [STEP...]: the Python packages of a lock, anvil and the page, beside any STEPs.
install_all() {
  local lock=$1 step lane lanes=() status=0
  shift
  mkdir -p "$LOGS"
  (
    install_page
    build_page
  ) &
  lanes+=($!)
  for step in "$@"; do
    "$step" &
    lanes+=($!)
  done
  trap 'kill "${lanes[@]}" 2>/dev/null || true' EXIT
  trap 'exit 130' INT TERM
  # Not as part of a condition: there `set -e` would not hold inside.
  install_python "$lock"
  install_anvil
  for lane in "${lanes[@]}"; do
    wait "$lane" || status=$?
  done
  trap - EXIT
  [ "$status" = 0 ] || exit "$status"
}

case "$WANTED" in
  python) install_python requirements.lock ;;
  anvil) install_anvil ;;
  node) build_node ;;
  engine) build_engine ;;
  chain)
    install_python requirements.lock
    install_anvil
    build_chosen_node
    ;;
  bench)
    install_python requirements-dev.lock
    install_anvil
    build_bench
    install_valgrind
    ;;
  develop)
    install_python requirements-dev.lock
    install_anvil
    install_page
    ;;
  run)
    check_node
    # Before minutes of installing, not after.
    ! is_own_node || require_cargo
    install_all requirements.lock build_chosen_node
    ;;
  prove)
    install_python requirements-dev.lock
    install_provers
    ;;
  test)
    check_node
    install_all requirements-dev.lock
    install_oracle
    install_provers
    install_chromium
    ;;
  *) fail "unknown part '$WANTED'; say python, anvil, node, engine, chain, bench, develop, prove, run or test" ;;
esac
