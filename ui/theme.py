"""One table of design tokens and the style sheet made from it. The viewer page's CSS properties carry the same names."""

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

DARK: dict[str, str] = {
    "bg": "#0e1116",
    "panel": "#151a21",
    "raised": "#1d242d",
    "line": "#2a333e",
    "hover": "#26303b",
    "text": "#eaeef3",
    "muted": "#9ba8b6",
    "faint": "#6f7d8c",
    "accent": "#7aa7ff",
    "accent-ink": "#0b1220",
    "air": "#e5383b",
    "air-ink": "#ffffff",
    "air-deep": "#c22a2e",
    "preview": "#2fb36d",
    "warn": "#f2a93b",
    "ok": "#47c98b",
}
FAMILIES = ["Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans"]
SPACE = {1: 4, 2: 8, 3: 12, 4: 16, 5: 24}
RADIUS = {1: 6, 2: 10, 3: 16}
BASE_PIXELS = 14

_SHEET = """
QWidget { background: transparent; color: @text; }
QMainWindow, QDialog, QMessageBox { background: @bg; }
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 6px; }
#topbar { background: @panel; border-bottom: 1px solid @line; }
#statusbar { background: @panel; border-top: 1px solid @line; color: @muted; }
#statusbar QLabel { color: @muted; font-size: 12px; }
.panel, #panel { background: @panel; border: 1px solid @line; border-radius: 10px; }
#title { font-size: 17px; font-weight: 600; }
#heading { font-weight: 600; }
#muted { color: @muted; }
#notice { background: @warn; color: #14181f; border-radius: 8px; padding: 8px 14px; font-weight: 600; }
QPushButton { background: @raised; border: 1px solid @line; border-radius: 6px; padding: 7px 14px; font-weight: 500; }
QPushButton:hover { background: @hover; }
QPushButton:focus { border: 2px solid @accent; padding: 6px 13px; }
QPushButton:disabled { color: @faint; }
QPushButton[kind="muted-on"] { background: @warn; color: #14181f; border-color: @warn; font-weight: 600; }
QPushButton[kind="primary"] { background: @accent; color: @accent-ink; border-color: @accent; font-weight: 600; }
"""


def colour(name: str) -> QColor:
    """A token as a colour."""
    return QColor(DARK[name])


def apply(app: QApplication) -> None:
    """Dress the application."""
    app.setStyle("Fusion")
    font = QFont()
    font.setFamilies(FAMILIES)
    font.setPixelSize(BASE_PIXELS)
    app.setFont(font)
    palette = QPalette()
    for role, token in (
        (QPalette.ColorRole.Window, "bg"),
        (QPalette.ColorRole.WindowText, "text"),
        (QPalette.ColorRole.Base, "bg"),
        (QPalette.ColorRole.Text, "text"),
        (QPalette.ColorRole.Button, "raised"),
        (QPalette.ColorRole.ButtonText, "text"),
        (QPalette.ColorRole.Highlight, "accent"),
        (QPalette.ColorRole.HighlightedText, "accent-ink"),
        (QPalette.ColorRole.PlaceholderText, "faint"),
    ):
        palette.setColor(role, colour(token))
    app.setPalette(palette)
    sheet = _SHEET
    for name in sorted(DARK, key=len, reverse=True):
        sheet = sheet.replace(f"@{name}", DARK[name])
    app.setStyleSheet(sheet)
