# Shared by run.sh and test.sh: system packages with apt, uv in a private virtual environment, the project's own environment.
# Needs nothing but Python 3.11 or newer.

cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '%s\n' "vitrine: $*" >&2; }

# install_packages NAME… : what is missing, with apt, as root or through sudo; elsewhere it says what to install.
install_packages() {
    local missing=() name
    if ! command -v apt-get >/dev/null 2>&1; then
        say "no apt here. Install the equivalents of: $*"
        return 0
    fi
    for name in "$@"; do
        dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    local become=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null 2>&1; then
            say "please install these packages as root, then run this again: ${missing[*]}"
            exit 1
        fi
        become=(sudo)
    fi
    say "installing ${missing[*]}"
    "${become[@]}" apt-get update -q >/dev/null || say "apt-get update failed; trying with the lists that are here"
    "${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null || {
        say "apt could not install: ${missing[*]}"
        exit 1
    }
}

# find_python : the newest Python from 3.11 on.
find_python() {
    local candidate
    for candidate in python3 python3.13 python3.12 python3.11 python3.14; do
        if command -v "$candidate" >/dev/null 2>&1 && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return 0
        fi
    done
    say "Python 3.11 or newer is needed (Debian 12: apt-get install python3)"
    exit 1
}

UV=0.13.9 # its version
# need_uv : uv in .uv/ (Debian's own Python refuses pip outside a virtual environment), for the Python in $PYTHON.
need_uv() {
    PYTHON="$(find_python)"
    if [ ! -x .uv/bin/uv ]; then
        say "setting up uv"
        "$PYTHON" -m venv .uv && .uv/bin/python -m pip install -q --disable-pip-version-check "uv==$UV" || {
            say "uv could not be installed (is the network up?)"
            exit 1
        }
    fi
}

# prepare EXTRA… : the project in .venv/, with what uv.lock says.
prepare() {
    need_uv
    .uv/bin/uv sync -q --frozen --compile-bytecode --python "$PYTHON" "$@" || {
        say "the Python packages could not be installed (is the network up?)"
        exit 1
    }
}

# What Qt and sound need on a bare Debian.
RUN_PACKAGES=(python3-venv ca-certificates libegl1 libgl1 libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libglib2.0-0
    libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0
    libxcb-xkb1 libpulse0 fonts-inter fonts-dejavu-core)
