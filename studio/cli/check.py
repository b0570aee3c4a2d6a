"""`vitrine check`: is this machine ready? Each finding is a word, a reason and, where something is wrong, the cure."""

import argparse
import asyncio
import json
import os
from pathlib import Path

import msgspec

from studio.checks.devices import camera_finding, microphone_finding, screen_finding, speaker_finding
from studio.checks.encoders import encoder_finding
from studio.checks.machine import disk_finding, permission_finding
from studio.checks.network import network_findings
from studio.cli.client import token_of
from studio.cli.parser import Parser
from studio.i18n import _
from studio.link.server_process import Endpoint
from studio.settings import Settings

MARKS = {"ok": "✓", "note": "·", "bad": "✗"}
HERE = (camera_finding, screen_finding, microphone_finding, speaker_finding, encoder_finding, disk_finding, permission_finding)


def main(words: list[str]) -> int:
    about = "Look at devices, encoders, disk, permissions, and the network to the server; exit 1 when something is bad."
    parser = Parser("check", about, "vitrine check --server https://show.example.com --token-file token")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--server", help="the show server the show will be sent to (default: the setting server.url)")
    parser.add_argument("--token-file", type=Path, help="file with the server's token (or set VITRINE_TOKEN)")
    options = parser.parse_args(words)
    remote = _remote(options)
    findings = [look() for look in HERE] + asyncio.run(network_findings(remote))
    if options.json:
        print(json.dumps([msgspec.to_builtins(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            print(f"{MARKS[finding.verdict]} {_(finding.what):<14}{finding.words}")
    return 1 if any(finding.verdict == "bad" for finding in findings) else 0


def _remote(options: argparse.Namespace) -> Endpoint | None:
    url = options.server or Settings()["server.url"]
    if not url:
        return None
    known = options.server or options.token_file or os.environ.get("VITRINE_TOKEN")
    return Endpoint(url, token_of(options) if known else "")
