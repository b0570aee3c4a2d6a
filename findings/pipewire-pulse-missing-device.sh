#!/usr/bin/env bash
# pipewire-pulse opens the DEFAULT microphone for one that is named and is not there; PulseAudio refuses.
#
# What: recording from a source by a name that no source has. PulseAudio answers "No such entity", to libpulse's clients and to
#   its own parec. pipewire-pulse gives the default microphone: the stream is ready, its device name is the default's. With
#   PA_STREAM_DONT_MOVE, which by its documentation is about a stream that is to be moved later, pipewire-pulse refuses as well.
# Versions: PulseAudio 16.1; PipeWire 0.3.65 with pipewire-pulse and WirePlumber 0.4.13 (Debian 12); libpulse 16.1.
# Seen on 2026-11-29, where mic_b is the default:
#   asked for                     PulseAudio             pipewire-pulse
#   mic_gone, no flags            No such entity         mic_b
#   mic_gone, DONT_MOVE           No such entity         No such entity
#   parec --device=mic_gone       No such entity         records
# Why it matters: a program tested on PulseAudio that waits for its unplugged microphone by trying again records another one
#   where PipeWire serves. Set the flag already when connecting, or compare pa_stream_get_device_name with what was asked.
# Needs: Debian packages pulseaudio, pulseaudio-utils, pipewire, pipewire-pulse, wireplumber, dbus-daemon, python3.
set -euo pipefail
# shellcheck source=lib/sound.sh
. "$(dirname "$0")/lib/sound.sh"
need_servers

with_libpulse() { # moves|stays
  record mic_gone "$1"
  sleep 0.3
  tail -n 1 "$work/record.log" | sed -E 's/^(ready|failed) //'
  stop "$stream"
}

with_parec() {
  start parec parec --raw --device=mic_gone
  local pid=${started[-1]} n
  for ((n = 0; n < 100; n++)); do # it has ended, or there is sound
    if [[ -s $work/parec.log ]]; then break; fi
    sleep 0.05
  done
  if is_ours "$pid"; then echo "records"; else sed -nE 's/.*(No such entity).*/\1/p' "$work/parec.log"; fi
  stop "$pid"
}

asked=("mic_gone, no flags" "mic_gone, DONT_MOVE" "parec --device=mic_gone")
stated=("No such entity|mic_b" "No such entity|No such entity" "No such entity|records")
answers=()
for server in pulseaudio pipewire-pulse; do
  serve "$server"
  for name in a b; do
    speakers "out_$name" >/dev/null
    microphone "mic_$name" "out_$name" >/dev/null
  done
  choose mic_b
  answers+=("$(with_libpulse moves)" "$(with_libpulse stays)" "$(with_parec)")
done

printf "%-26s %-18s %s\n" "asked for" PulseAudio pipewire-pulse
for n in 0 1 2; do printf "%-26s %-18s %s\n" "${asked[n]}" "${answers[n]}" "${answers[n + 3]}"; done
for n in 0 1 2; do
  both="${answers[n]}|${answers[n + 3]}"
  [[ $both == "${stated[n]}" ]] || changed "${asked[n]}: $both, was ${stated[n]}"
done
echo "as stated"
