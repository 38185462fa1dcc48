# Sourced by every script here: where things are, and how we speak.
set -eu
cd "$(dirname "$0")/.."

# What we had to build ourselves is kept outside the clone, so that the next clone has it too.
TOOLS=${CANDOR_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/candor/tools}
TARGET=${CARGO_TARGET_DIR:-target}
case $TARGET in /*) ;; *) TARGET=$PWD/$TARGET ;; esac
CANDOR_BIN=${CANDOR_BIN:-$TARGET/release/candor}
PATH=$TOOLS/bin:$TOOLS/node_modules/.bin:$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
# As cargo-leptos sets it: without it cargo and cargo-leptos would each build anew what the other has built.
LEPTOS_OUTPUT_NAME=candor
PEERS=$TOOLS/peers
CANDOR_PEERS_PYTHON=$PEERS/bin/python
export PATH CANDOR_BIN LEPTOS_OUTPUT_NAME CANDOR_PEERS_PYTHON

say() { printf '%s\n' "$*"; }

fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

# One value of a small TOML file: `toml channel rust-toolchain.toml`.
toml() { sed -n "s/^$1 *= *\"\(.*\)\".*/\1/p" "$2" | head -n 1; }
