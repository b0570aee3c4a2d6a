#!/usr/bin/env bash
# A sound stream that NAMED its device does not keep to it, on PulseAudio and on PipeWire alike.
#
# What: a record stream is made with pa_stream_connect_record(stream, "mic_a", ...). When mic_a goes, the server moves the
#   stream to another microphone, and no read fails. When the user merely picks another DEFAULT microphone, a stream that named
#   mic_a is moved too, if mic_a was the default until then; if another was, it stays. With PA_STREAM_DONT_MOVE it stays
#   when the default changes, and fails ("Entity killed") when mic_a goes.
# Versions: PulseAudio 16.1; PipeWire 0.3.65 with pipewire-pulse and WirePlumber 0.4.13 (Debian 12); libpulse 16.1.
# Seen on 2026-11-29, the same on both servers:
#   flags      what happens to a stream on mic_a        PulseAudio            pipewire-pulse
#   none       mic_a goes                               moved to mic_b        moved to mic_b
#   none       default mic_a -> mic_b                   moved to mic_b        moved to mic_b
#   none       default mic_b -> mic_c                   stays on mic_a        stays on mic_a
#   DONT_MOVE  mic_a goes                               Entity killed         Entity killed
#   DONT_MOVE  default mic_a -> mic_b                   stays on mic_a        stays on mic_a
# Why it matters: who records "the table microphone" gets the laptop's instead, without an error, after a touch of a setting.
#   Naming the device is not enough; the flag is (or looking at pa_stream_get_device_name as it goes on).
# Needs: Debian packages pulseaudio, pulseaudio-utils, pipewire, pipewire-pulse, wireplumber, dbus-daemon, python3.
set -euo pipefail
# shellcheck source=lib/sound.sh
. "$(dirname "$0")/lib/sound.sh"
need_servers

settled() { (($(wc -l <"$work/record.log") > 1)); }

outcome() { # moves|stays EVENT: what became of the stream, as the client was told and as the server lists it
  local n
  case $2 in
    "default mic_b"*) choose mic_b ;;
    *) choose mic_a ;;
  esac
  record mic_a "$1"
  [[ $(cat "$work/record.log") == "ready mic_a" ]] || changed "mic_a did not open: $(cat "$work/record.log")"
  case $2 in
    *goes) pactl unload-module "$a" ;;
    *) choose "${2##* }" ;;
  esac
  for ((n = 0; n < 40; n++)); do # two seconds
    if settled; then break; fi
    sleep 0.05
  done
  sleep 0.3
  told=$(tail -n 1 "$work/record.log")
  listed=$(recorded)
  stop "$stream"
  if [[ $2 == *goes ]]; then a=$(microphone mic_a out_a); fi
  case $told in
    failed*) result=${told#failed } ;;
    "ready mic_a") result="stays on mic_a" ;;
    *) result="moved to ${told#ready }" ;;
  esac
  [[ $listed == "${told#ready }" || ($listed == ended && $told == failed*) ]] ||
    changed "the client was told $told, the server lists $listed"
}

rows=(
  "moves|mic_a goes|moved to mic_b"
  "moves|default mic_a -> mic_b|moved to mic_b"
  "moves|default mic_b -> mic_c|stays on mic_a"
  "stays|mic_a goes|Entity killed"
  "stays|default mic_a -> mic_b|stays on mic_a"
)
declare -A seen
for server in pulseaudio pipewire-pulse; do
  serve "$server"
  for name in a b c; do speakers "out_$name" >/dev/null; done
  a=$(microphone mic_a out_a)
  microphone mic_b out_b >/dev/null
  for row in "${rows[@]}"; do
    IFS='|' read -r how event _ <<<"$row"
    if [[ $event == *mic_c ]]; then c=$(microphone mic_c out_c); fi
    outcome "$how" "$event"
    seen["$server|$row"]=$result
    if [[ $event == *mic_c ]]; then pactl unload-module "$c"; fi
  done
done

line="%-10s %-26s %-18s %s\n"
# shellcheck disable=SC2059
printf "$line" flags "a stream on mic_a when" PulseAudio pipewire-pulse
for row in "${rows[@]}"; do
  IFS='|' read -r how event _ <<<"$row"
  if [[ $how == stays ]]; then flags=DONT_MOVE; else flags=none; fi
  # shellcheck disable=SC2059
  printf "$line" "$flags" "$event" "${seen["pulseaudio|$row"]}" "${seen["pipewire-pulse|$row"]}"
done
for row in "${rows[@]}"; do
  for server in pulseaudio pipewire-pulse; do
    [[ ${seen["$server|$row"]} == "${row##*|}" ]] || changed "$server, ${row%|*}: ${seen["$server|$row"]}, was ${row##*|}"
  done
done
echo "as stated"
