"""Where the programme goes and how it fares: lost in the network, late in the encoder, late in the picture are three things."""

import os
import time

from PySide6.QtWidgets import QGridLayout

from studio.i18n import _
from studio.state import State
from studio.state.alarm import DROPS
from ui import theme
from ui.bridge import Bridge
from ui.widgets.button import restyle
from ui.widgets.label import ElidedLabel, label
from ui.widgets.panel import Panel

POLL_S = 2.0


class OutputsPanel(Panel):
    """Words and numbers; what is wrong is amber, with what cures it."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(_("Outputs"))
        self._looked_s, self._cpu_s = time.monotonic(), time.process_time()
        self.destination = ElidedLabel("output")
        self.body.addWidget(self.destination)
        self.cure = label("warn", wrap=True)
        self.body.addWidget(self.cure)
        self.body.addStretch(1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(10))
        grid.setVerticalSpacing(theme.px(4))
        grid.setColumnStretch(0, 1)
        self.values: dict[str, ElidedLabel] = {}
        rows = {
            "network": _("Lost: network"),
            "encoder": _("Late: encoder"),
            "render": _("Late: picture"),
            "sent": _("Sent"),
            "pictures": _("Pictures"),
            "encoder_name": _("Encoder"),
            "processor": _("Processor"),
            "memory": _("Memory"),
        }
        for number, (name, words) in enumerate(rows.items()):
            grid.addWidget(ElidedLabel("small", words), number, 0)
            self.values[name] = ElidedLabel("value", "–")
            grid.addWidget(self.values[name], number, 1)
        self.body.addLayout(grid)
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        stream, link = state.stream, state.link
        place = link.url.removeprefix("http://").removeprefix("https://")
        words = {
            "live": _("● {place} · WebRTC").format(place=place),
            "starting": _("Starting …"),
            "reconnecting": _("Reconnecting, attempt {attempt}").format(attempt=max(1, link.attempt)),
            "off": _("Nothing is sent"),
        }[stream.status]
        self._put(self.destination, words, {"live": "ok", "reconnecting": "warn"}.get(stream.status, "muted"))
        live = stream.status == "live"
        for name, count in (
            ("network", stream.dropped_network),
            ("encoder", stream.dropped_encoder),
            ("render", stream.late_render),
        ):
            self._put(self.values[name], str(count) if live else "–", "warn" if live and count else "value")
        self.values["sent"].setText(_("{mbit:.1f} Mbit/s").format(mbit=stream.kbps / 1000) if live else "–")
        self.values["pictures"].setText(", ".join(map(str, stream.renditions)) if live else "–")
        self.values["encoder_name"].setText(stream.encoder or "–")
        self.cure.setText(self._cure(state))
        self.cure.setVisible(bool(self.cure.text()))

    def tick(self) -> None:
        """Look at the machine now and then."""
        now_s = time.monotonic()
        if now_s - self._looked_s < POLL_S:
            return
        cpu_s = time.process_time()
        share = (cpu_s - self._cpu_s) / (now_s - self._looked_s) / (os.cpu_count() or 1)
        self._looked_s, self._cpu_s = now_s, cpu_s
        self.values["processor"].setText(f"{share * 100:.0f} %")
        memory = _memory_mb()
        self.values["memory"].setText(f"{memory} MB" if memory is not None else "–")

    @staticmethod
    def _cure(state: State) -> str:
        stream = state.stream
        if stream.reason:
            return stream.reason
        return next((alarm.words for alarm in state.alarms if alarm.code in DROPS), "")

    @staticmethod
    def _put(shown: ElidedLabel, words: str, name: str) -> None:
        shown.setText(words)
        if shown.objectName() != name:
            shown.setObjectName(name)
            restyle(shown)


def _memory_mb() -> int | None:
    """Of this process (Linux)."""
    try:
        with open("/proc/self/statm", encoding="utf-8") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
    except OSError:
        return None
