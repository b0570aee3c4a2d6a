#!/usr/bin/env bash
# soundcard's get_microphone() takes the exact id of an unplugged microphone for a search, and finds another one.
#
# What: get_microphone() takes an id, a part of a name or a pattern in one argument, so that an id whose device is gone becomes
#   a search: the first device whose NAME contains it, else one whose name begins with the id's first letter and has the others
#   somewhere after it in their order. And default_microphone() is, once no microphone is left, what the loudspeakers play
#   (their monitor), while all_microphones() is empty and get_microphone() with that very id raises.
# Versions: soundcard 0.4.6, numpy 2.4.6, cffi 2.1.1; PulseAudio 16.1 and PipeWire 0.3.65 / WirePlumber 0.4.13 (Debian 12).
# Seen on 2026-11-29, the same on both servers. There are table ("Table"), mic ("Microphone"), lapel ("Lapel near the table")
#   and hall ("music hall"):
#   table and mic plugged in:   get_microphone("table") -> table     get_microphone("mic") -> mic
#   table and mic unplugged:    get_microphone("table") -> lapel     get_microphone("mic") -> hall
#   none plugged in:            all_microphones() -> []              default_microphone() -> speakers.monitor
#                               get_microphone("speakers.monitor") -> IndexError
# Why it matters: a stored device id opens somebody else's microphone, or sends the programme's own sound round in a circle,
#   instead of raising. Compare the answer's .id with what was asked, and take a default only from all_microphones().
# Needs: Debian packages pulseaudio, pulseaudio-utils, pipewire, pipewire-pulse, wireplumber, dbus-daemon, python3-venv.
set -euo pipefail
# shellcheck source=lib/sound.sh
. "$(dirname "$0")/lib/sound.sh"
need_servers
python3 -c "import ensurepip" 2>/dev/null || { echo "skipped: needs the Debian package python3-venv"; exit 77; }
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -qq --disable-pip-version-check install soundcard==0.4.6 numpy==2.4.6 cffi==2.1.1 pycparser==3.12

ask() { # EXPRESSION ...: their values, or the error's type
  "$work/venv/bin/python" - "$@" <<'PY'
import sys

import soundcard


def value(expression):
    try:
        return eval(expression)
    except Exception as error:
        return type(error).__name__


print(*map(value, sys.argv[1:]))
PY
}
both=('soundcard.get_microphone("table").id' 'soundcard.get_microphone("mic").id')
left=('soundcard.all_microphones()' 'soundcard.default_microphone().id' 'soundcard.get_microphone("speakers.monitor").id')

for server in pulseaudio pipewire-pulse; do
  serve "$server"
  speakers speakers >/dev/null
  pactl set-default-sink speakers
  table=$(microphone table speakers Table)
  mic=$(microphone mic speakers Microphone)
  lapel=$(microphone lapel speakers "Lapel near the table")
  hall=$(microphone hall speakers "music hall")
  there=$(ask "${both[@]}")
  pactl unload-module "$table"
  pactl unload-module "$mic"
  gone=$(ask "${both[@]}")
  pactl unload-module "$lapel"
  pactl unload-module "$hall"
  none=$(ask "${left[@]}")
  echo "$server: plugged in: $there; unplugged: $gone; no microphone left: $none"
  [[ $there == "table mic" ]] || changed "plugged in: $there"
  [[ $gone == "lapel hall" ]] || changed "unplugged: $gone, was lapel hall"
  [[ $none == "[] speakers.monitor IndexError" ]] || changed "no microphone left: $none"
done
echo "as stated"
