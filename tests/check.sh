#!/usr/bin/env bash
# Runs every check and test, even when one fails, and sums up.
#
#   bash run_app.sh test [pytest arguments]      makes the environment, then runs this
#   bash tests/check.sh [pytest arguments]       with the environment as it is
#   bash tests/check.sh --install-system-packages
set -euo pipefail

root="$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)"
bin="$root/.venv/bin"

# Install what the tests need of the system where that is allowed; else name it.
install_system_packages() {
    local missing=()
    command -v apt-get >/dev/null || return 0
    command -v Xvfb >/dev/null || missing+=(xvfb)
    command -v xdotool >/dev/null || missing+=(xdotool)
    # A sound card that is none, for what plays and records.
    command -v pulseaudio >/dev/null || missing+=(pulseaudio)
    command -v pactl >/dev/null || missing+=(pulseaudio-utils)
    [ -n "$(find /usr/lib* -name 'libasound_module_pcm_pulse.so' -print -quit 2>/dev/null)" ] ||
        missing+=(libasound2-plugins)
    # PyInstaller's.
    command -v objcopy >/dev/null || missing+=(binutils)
    # 100 MB to download, a quarter of a minute: runs run_app.bat.
    command -v wine >/dev/null || missing+=(wine)
    [ -n "$(ldconfig -p 2>/dev/null | grep 'libportaudio\.so\.2')" ] || missing+=(libportaudio2)
    has_complete_python || missing+=(python3-tk python3-venv)
    [ "${#missing[@]}" -gt 0 ] || return 0
    if [ "$(id -u)" -eq 0 ]; then
        echo "Installing ${missing[*]}..."
        if apt-get update -qq &&
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; then
            return 0
        fi
    fi
    echo "Some tests will be skipped; for all of them: sudo apt-get install ${missing[*]}" >&2
}

has_complete_python() {
    local candidate
    for candidate in "$bin/python" $(type -aP python3.13 python3.12 python3.11 python3 python); do
        "$candidate" -c 'import sys; assert sys.version_info >= (3, 11); import ensurepip, tkinter, venv' \
            >/dev/null 2>&1 </dev/null && return 0
    done
    return 1
}

check() {
    local name="$1"
    shift
    echo "== $name"
    if ! "$@"; then failed+=("$name"); fi
}

if [ "${1:-}" = "--install-system-packages" ]; then
    install_system_packages
    exit
fi

failed=()
cd -- "$root"
check "ruff check" "$bin/ruff" check
check "ruff format" "$bin/ruff" format --check
check "mypy" "$bin/mypy"
check "import contracts" "$bin/lint-imports"
check "pytest" "$bin/python" -m pytest "$@"
if [ "${#failed[@]}" -gt 0 ]; then
    printf 'Failed: %s\n' "${failed[@]}" >&2
    exit 1
fi
echo "All checks passed."
