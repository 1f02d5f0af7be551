#!/usr/bin/env bash
# Starts Genrescope; the first start makes its environment in .venv beside this file.
#
#   bash run_app.sh                 the window
#   bash run_app.sh predict FILE    any verb of the command line
#   bash run_app.sh test            every check and test; further arguments go to pytest
#
# Works from any directory, which stays the current one, so that relative FILEs mean what they say.
set -euo pipefail

# Follow links, so that a link on the PATH finds the program. bash 3.2 of macOS has no "readlink -f" to rely on.
self="${BASH_SOURCE[0]}"
while [ -L "$self" ]; do
    target="$(readlink -- "$self")"
    case "$target" in
        /*) self="$target" ;;
        *) self="$(dirname -- "$self")/$target" ;;
    esac
done
root="$(CDPATH='' cd -- "$(dirname -- "$self")" && pwd -P)"
venv="$root/.venv"
python="$venv/bin/python"
# What was installed: written last, so that an interrupted installation is noticed.
stamp="$venv/genrescope-installed"
unfinished="unfinished"
# Only where there is no flock.
lock="$root/.venv.lock"

fail() {
    printf 'Genrescope: %s\n' "$1" >&2
    exit 1
}

# Print the best Python 3.11 or newer that can make an environment; one with Tk if there is any.
find_python() {
    local check name candidate answer without_tk=""
    # Each is run: pyenv leaves commands that exist and fail, and Debian packs venv and Tk separately.
    check='
import sys
if sys.version_info >= (3, 11):
    import ensurepip, venv
    try:
        import tkinter
        print("complete")
    except ImportError:
        print("without Tk")
'
    for name in python3.13 python3.12 python3.11 python3 python; do
        while IFS= read -r candidate; do
            answer="$("$candidate" -c "$check" 2>/dev/null </dev/null)" || continue
            if [ "$answer" = "complete" ]; then
                printf '%s\n' "$candidate"
                return
            elif [ -n "$answer" ] && [ -z "$without_tk" ]; then
                without_tk="$candidate"
            fi
        done < <(type -aP "$name")
    done
    printf '%s\n' "$without_tk"
}

how_to_install_python() {
    if [ "$(uname -s)" = "Darwin" ]; then
        echo "brew install python@3.12 python-tk@3.12"
    elif command -v apt-get >/dev/null; then
        echo "sudo apt-get install python3 python3-venv python3-tk"
    elif command -v dnf >/dev/null; then
        echo "sudo dnf install python3 python3-tkinter"
    else
        echo "your system's packages of Python 3.11 or newer, its venv and Tk"
    fi
}

# What the stamp holds when the environment fits: where the program lies, the extras, and pyproject.toml.
expected_stamp() {
    printf '%s\n[%s]\n%s\n' "$root" "$1" "$(cat -- "$root/pyproject.toml")"
}

# Whether the environment has what is wanted; the developers' one has all that users need.
is_installed() {
    local found
    [ -x "$python" ] && [ -f "$stamp" ] || return 1
    found="$(cat -- "$stamp")"
    [ "$found" = "$(expected_stamp "$1")" ] || [ "$found" = "$(expected_stamp dev)" ] || return 1
    # The system's Python may have been replaced by a newer one, which does not see what was installed.
    "$python" -P -c "import app" 2>/dev/null
}

# Run the rest of the arguments while no other copy of this script installs.
with_lock() {
    if command -v flock >/dev/null; then
        # The lock is on a file that is there anyway, so that none is left behind.
        exec 9<"$root/pyproject.toml"
        flock --nonblock 9 || { echo "Genrescope: waiting for another start to finish installing..." && flock 9; }
        "$@"
        exec 9<&-
        return
    fi
    local owner
    until mkdir -- "$lock" 2>/dev/null; do
        [ -w "$root" ] || fail "the folder ${root} cannot be written; move Genrescope to one that can."
        owner="$(cat -- "$lock/pid" 2>/dev/null || true)"
        if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
            rm -rf -- "$lock"
        else
            sleep 1
        fi
    done
    echo "$$" >"$lock/pid"
    trap 'rm -rf -- "$lock"' EXIT
    "$@"
    rm -rf -- "$lock"
    trap - EXIT
}

# Make the environment, or bring it up to date.
install() {
    local extras="$1" base wanted="$root" quiet=(--quiet --quiet)
    is_installed "$extras" && return # by another copy, while this one waited for the lock
    if [ -x "$python" ] && "$python" -P -m pip --version >/dev/null 2>&1 &&
        ! { [ -f "$stamp" ] && [ "$(cat -- "$stamp")" = "$unfinished" ]; }; then
        echo "Genrescope: bringing the environment up to date..."
    else
        base="$(find_python)"
        [ -n "$base" ] || fail "it needs Python 3.11 or newer with venv; install it: $(how_to_install_python)."
        echo "Genrescope: first start: installing into ${venv}. $(describe_size)"
        "$base" -m venv --clear "$venv" ||
            fail "the environment ${venv} could not be made; the reason is above. Is the folder writable and the disk not full?"
    fi
    # An environment of developers stays one.
    if [ -f "$stamp" ] && [ "$(sed -n 2p "$stamp")" = "[dev]" ]; then extras="dev"; fi
    if [ -n "$extras" ]; then wanted="${root}[${extras}]"; fi
    if [ -t 1 ]; then quiet=(); fi
    echo "$unfinished" >"$stamp"
    # Ctrl-C ends pip in the middle, and the environment is made anew the next time.
    trap 'exit 130' INT
    if ! "$python" -m pip install ${quiet[@]+"${quiet[@]}"} --no-input --disable-pip-version-check -e "$wanted" </dev/null; then
        # What pip has not finished it does again; the rest can stay.
        rm -f -- "$stamp"
        fail "the installation failed for the reason above; check the internet connection and the free disk space, and start again."
    fi
    trap - INT
    expected_stamp "$extras" >"$stamp"
}

describe_size() {
    if [ "$(uname -s)" = "Linux" ]; then
        echo "This takes some minutes and about 5 GB."
    else
        echo "This takes some minutes and about 1 GB."
    fi
}

ensure_environment() {
    is_installed "$1" || with_lock install "$1"
}

if [ "${1:-}" = "test" ]; then
    shift
    # First, because it can install the Tk that the environment's Python shall have.
    bash "$root/tests/check.sh" --install-system-packages
    ensure_environment dev
    exec bash "$root/tests/check.sh" "$@"
fi
ensure_environment ""
# -P: a folder named app in the current directory must not be taken for the program.
exec "$python" -P -m app "$@"
