# shellcheck shell=bash
# Sourced: private sound servers in a temp folder; only what was started here is ended.
work=$(mktemp -d)
started=()
lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

is_ours() { # PID: started here and running
  local pid
  for pid in $(jobs -pr); do
    if [[ $pid == "$1" ]]; then return 0; fi
  done
  return 1
}

stop() { # PID: where it is still ours, it ends
  local n
  if is_ours "$1"; then kill "$1" 2>/dev/null || true; fi
  for ((n = 0; n < 100; n++)); do
    if ! is_ours "$1"; then return 0; fi # in a trap, a bare return is the status before it
    sleep 0.05
  done
  kill -KILL "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

stop_all() { # the last first
  local n
  for ((n = ${#started[@]} - 1; n >= 0; n--)); do stop "${started[n]}"; done
  started=()
}
trap 'set +e; stop_all; rm -rf "$work"' EXIT

changed() {
  echo "CHANGED: $*"
  exit 1
}

need_servers() { # Debian 12's packages are there, or root's apt-get brings them
  local line missing=()
  export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
  for line in pulseaudio=16.1+dfsg1-2+b1:pulseaudio pulseaudio-utils=16.1+dfsg1-2+b1:pactl \
    pipewire=0.3.65-3+deb12u1:pipewire pipewire-pulse=0.3.65-3+deb12u1:pipewire-pulse wireplumber=0.4.13-1:wireplumber \
    dbus-daemon=1.14.10-1~deb12u1:dbus-daemon python3=3.11.2-1+b1:python3; do
    command -v "${line#*:}" >/dev/null || missing+=("${line%:*}")
  done
  if ((${#missing[@]})); then
    if ((EUID)) || ! { apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; } >/dev/null 2>&1; then
      echo "skipped: needs the Debian 12 packages ${missing[*]}"
      exit 77
    fi
  fi
  echo "here: pulseaudio $(number pulseaudio), pipewire $(number pipewire), wireplumber $(number wireplumber)"
}

number() { "$1" --version | sed -nE '0,/[0-9]\.[0-9]/ s/.* ([0-9]+\.[0-9.]*[0-9]).*/\1/p'; }

until_true() { # COMMAND ...: within ten seconds
  local n
  for ((n = 0; n < 200; n++)); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.05
  done
  echo "did not come about: $*" >&2
  exit 1
}

start() { # NAME COMMAND ...: what it says is in $work/NAME.log
  "${@:2}" >"$work/$1.log" 2>&1 </dev/null &
  started+=("$!")
}

home() { # an environment in which no server of this user is met
  export HOME="$work/$1" XDG_RUNTIME_DIR="$work/$1" XDG_CONFIG_HOME="$work/$1/config" XDG_STATE_HOME="$work/$1/state"
  export PULSE_RUNTIME_PATH="$work/$1/pulse" PULSE_STATE_PATH="$work/$1/state" PULSE_SERVER="unix:$work/$1/pulse/native"
  export DBUS_SESSION_BUS_ADDRESS="unix:path=$work/$1/bus"
  unset DISPLAY PIPEWIRE_RUNTIME_DIR PIPEWIRE_REMOTE PULSE_SOURCE PULSE_SINK
  mkdir -m 700 "$HOME"
}

default_is_named() { [[ $(pactl get-default-sink) != *@DEFAULT* ]]; }

serve() { # pulseaudio|pipewire-pulse: instead of the one before
  stop_all
  home "$1"
  if [[ $1 == pulseaudio ]]; then
    start server pulseaudio -n --daemonize=no --exit-idle-time=-1 --use-pid-file=no --log-target=stderr \
      -L module-native-protocol-unix
    until_true pactl info
  else
    start bus dbus-daemon --session --nofork --nopidfile "--address=$DBUS_SESSION_BUS_ADDRESS"
    until_true test -S "$HOME/bus"
    start pipewire pipewire
    until_true test -S "$HOME/pipewire-0"
    start wireplumber wireplumber # it ends at once where there is no session bus
    start server pipewire-pulse
    until_true pactl info
    until_true default_is_named
  fi
}

speakers() { # NAME: prints its module
  pactl load-module module-null-sink sink_name="$1" rate=48000 sink_properties="device.description=$1"
}

microphone() { # NAME SINK [DESCRIPTION]: it hears that sink; prints its module
  pactl load-module module-remap-source source_name="$1" master="$2.monitor" "source_properties=\"device.description='${3:-$1}'\""
}

choose() { # MICROPHONE: it is the default
  pactl set-default-source "$1"
  is_default() { [[ $(pactl get-default-source) == "$1" ]]; }
  until_true is_default "$1"
}

record() { # DEVICE moves|stays: a record stream, once it is ready or refused; its pid is $stream
  : >"$work/record.log"
  start record python3 "$lib/record.py" "$@"
  stream=${started[-1]}
  until_true grep -q . "$work/record.log"
}

recorded() { # what the server lists for that stream
  local source
  source=$(pactl list source-outputs | awk -v RS= '/media.name = "finding"/' | sed -nE 's/^\s*Source: ([0-9]+)$/\1/p')
  if [[ -z $source ]]; then echo "ended"; else pactl list short sources | awk -v n="$source" '$1 == n { print $2 }'; fi
}
