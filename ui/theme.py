"""One table of design tokens and the style sheet made from it. The viewer page's CSS properties carry the same names.

`apply` dresses the application in dark or light, with text from 100 to 200 %. Every size goes through `px`, every colour
through `colour`, when something is drawn: nothing keeps an old one.
"""

import re
from pathlib import Path

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
    "faint": "#8f9caa",
    "accent": "#7aa7ff",
    "accent-ink": "#0b1220",
    "air": "#d92b2f",
    "air-ink": "#ffffff",
    "air-text": "#ff7a7c",
    "preview": "#2fb36d",
    "preview-ink": "#08130d",
    "warn": "#f2a93b",
    "warn-ink": "#14181f",
    "ok": "#47c98b",
    "control": "#71808f",
}
LIGHT: dict[str, str] = {
    "bg": "#f3f5f8",
    "panel": "#ffffff",
    "raised": "#f0f3f7",
    "line": "#d5dce5",
    "hover": "#e6ebf2",
    "text": "#131820",
    "muted": "#51606f",
    "faint": "#55636f",
    "accent": "#2459c9",
    "accent-ink": "#ffffff",
    "air": "#c81e22",
    "air-ink": "#ffffff",
    "air-text": "#b3171b",
    "preview": "#177a46",
    "preview-ink": "#ffffff",
    "warn": "#8a5800",
    "warn-ink": "#ffffff",
    "ok": "#14703f",
    "control": "#7c8a98",
}
MODES = {"dark": DARK, "light": LIGHT}
FAMILIES = ["Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans"]
BASE_PIXELS = 14
_ROOT = Path(__file__).resolve().parent.parent
ICONS = next((path for path in (_ROOT / "studio" / "assets" / "icons", _ROOT / "assets" / "icons") if path.is_dir()), _ROOT)
"""In the wheel, or in a checkout."""
SCALES = (100, 200)

_SHEET = """
QMainWindow, QDialog, QMessageBox { background: @bg; }
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 6px; }
QMenuBar { background: @panel; color: @muted; padding: 2px 8px; }
QMenuBar::item { padding: 4px 10px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected, QMenu::item:selected { background: @hover; color: @text; }
QMenu { background: @raised; border: 1px solid @line; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:disabled { color: @faint; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }
#topbar { background: @panel; border-bottom: 1px solid @line; }
#statusbar { background: @panel; border-top: 1px solid @line; }
#statusbar QLabel { color: @muted; font-size: 12px; }
#panel { background: @panel; border: 1px solid @line; border-radius: 10px; }
#title { font-size: 17px; font-weight: 600; }
#heading { font-weight: 600; }
#huge { font-size: 28px; font-weight: 700; }
#muted { color: @muted; }
#small { color: @muted; font-size: 12px; }
#warn { color: @warn; font-weight: 600; }
#ok { color: @ok; }
#bad { color: @air-text; font-weight: 600; }
#notice { background: @raised; border: 1px solid @accent; border-radius: 8px; padding: 8px 14px; font-weight: 600; }
#alarm { border-radius: 8px; background: @warn; }
#alarm QLabel { color: @warn-ink; font-weight: 700; }
#alarm[level="critical"] { background: @air; }
#alarm[level="critical"] QLabel { color: @air-ink; }
#cue { background: @warn; border-radius: 12px; }
#cue QLabel { color: @warn-ink; font-size: 18px; font-weight: 700; }
#step { border-radius: 8px; }
#step[place="current"] { background: @hover; }
#step[place="done"] QPushButton { color: @faint; }
#step[place="current"] QPushButton { font-weight: 700; }
#strip { border: 0; border-right: 1px solid @line; }
#call-row { border: 0; border-top: 1px solid @line; }
#call-row[place="here"] { background: @hover; border-left: 4px solid @accent; }
#ring { background: @accent; border-radius: 8px; }
#ring QLabel { color: @accent-ink; font-weight: 700; }
#over { background: rgba(10, 12, 16, 0.88); border-radius: 10px; }
#over QLabel { color: #ffffff; }
#over #over-muted { color: #c9d1da; }
#over-pill { background: rgba(10, 12, 16, 0.8); border-radius: 11px; }
#over-pill QLabel { color: #ffffff; font-size: 12px; font-weight: 600; }
#shown { background: #ffffff; border-radius: 10px; }
#shown QLabel { color: #14181f; }
#shown #small { color: #47525e; }
#fact { font-size: 12px; }
#fact-warn { font-size: 12px; color: @warn; font-weight: 600; }
#fact-ok { font-size: 12px; color: @ok; }
#fact-large { font-size: 14px; }
#fact-large-warn { font-size: 14px; color: @warn; font-weight: 600; }
#frozen { color: #ffffff; }
#countdown { font-size: 17px; color: @warn; font-weight: 700; }
QPushButton { background: @raised; border: 1px solid @line; border-radius: 6px; padding: 7px 14px; font-weight: 500; }
QPushButton:hover { background: @hover; }
QPushButton:focus { border: 2px solid @accent; padding: 6px 13px; }
QPushButton:checked { background: @accent; color: @accent-ink; border-color: @accent; font-weight: 600; }
QPushButton:checked:focus { border-color: @text; }
QPushButton:disabled { color: @faint; background: @panel; }
QPushButton[kind="muted-on"] { background: @warn; color: @warn-ink; border-color: @warn; font-weight: 600; }
QPushButton[kind="primary"] { background: @accent; color: @accent-ink; border-color: @accent; font-weight: 600; }
QPushButton[kind="primary"]:focus, QPushButton[kind="muted-on"]:focus, QPushButton[kind="take"]:focus { border-color: @text; }
QPushButton[kind="take"] { background: @air; color: @air-ink; border-color: @air; font-size: 18px; font-weight: 700; }
QPushButton[kind="primary"]:disabled, QPushButton[kind="take"]:disabled {
    background: @raised; color: @faint; border-color: @line; }
QPushButton[kind="end"] { background: @air; color: @air-ink; border: 2px solid @air; border-radius: 20px; padding: 8px 20px;
    font-weight: 700; }
QPushButton[kind="end"]:focus { border: 2px solid #ffffff; padding: 8px 20px; }
QPushButton[kind="large"] { background: @accent; color: @accent-ink; border-color: @accent; font-size: 17px; font-weight: 700;
    padding: 12px 28px; }
QPushButton[kind="large"]:focus { border-color: @text; padding: 11px 27px; }
QPushButton[kind="large"]:disabled { background: @raised; color: @faint; border-color: @line; }
QPushButton[kind="shown"] { padding: 3px 6px; font-size: 13px;
    background: @accent; color: @accent-ink; border-color: @accent; font-weight: 600; }
QPushButton[kind="shown"]:focus { border-color: @text; padding: 2px 5px; }
QPushButton[kind="small"] { padding: 3px 9px; }
QPushButton[kind="small"]:focus { padding: 2px 8px; }
QPushButton[kind="tool"] { padding: 3px 6px; font-size: 13px; }
QPushButton[kind="tool"]:focus { padding: 2px 5px; }
QPushButton[kind="tool-on"] { padding: 3px 6px; font-size: 13px; background: @warn; color: @warn-ink; border-color: @warn; }
QPushButton[kind="rec-on"] { padding: 3px 9px; color: @air-text; font-weight: 700; }
QPushButton[kind="rec-rests"] { padding: 3px 9px; color: @warn; font-weight: 700; }
QPushButton[kind="rec-off"] { padding: 3px 9px; color: @muted; }
QPushButton[kind="rec-on"]:focus, QPushButton[kind="rec-rests"]:focus, QPushButton[kind="rec-off"]:focus { padding: 2px 8px; }
QPushButton[kind="plain"] { background: transparent; border: 2px solid transparent; padding: 2px 4px; text-align: left; }
QPushButton[kind="plain"]:hover { background: @raised; }
QPushButton[kind="plain"]:focus { border: 2px solid @accent; padding: 2px 4px; }
QPushButton[kind="cue"] { background: @warn-ink; color: @warn; border: 2px solid @warn-ink; padding: 4px 12px; }
QPushButton[kind="cue"]:focus { border: 2px solid @text; padding: 4px 12px; }
QPushButton[kind="ring"] { background: @accent-ink; color: @accent; border: 2px solid @accent-ink; padding: 4px 12px; }
QPushButton[kind="ring"]:focus { border: 2px solid @text; padding: 4px 12px; }
QLineEdit, QPlainTextEdit, QTextEdit {
    background: @bg; border: 1px solid @control; border-radius: 6px; padding: 6px 8px; selection-background-color: @accent;
    selection-color: @accent-ink; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid @accent; padding: 5px 7px; }
#log { background: transparent; border: 1px solid transparent; padding: 2px; }
#log:focus { border: 2px solid @accent; padding: 1px; }
QScrollArea { border: 0; background: transparent; }
QListView, QListWidget, QTreeView { background: transparent; border: 1px solid transparent; border-radius: 6px; outline: 0; }
QListView:focus, QListWidget:focus { border: 1px solid @accent; }
QListView::item { padding: 4px 8px; border-radius: 4px; color: @text; }
QListView::item:selected { background: @hover; color: @text; border: 1px solid @accent; }
QTabBar::tab { padding: 6px 12px; color: @muted; border-radius: 6px; margin: 2px; }
QTabBar::tab:selected { background: @hover; color: @text; font-weight: 600; }
QTabBar::tab:focus { border: 2px solid @accent; }
QTabWidget::pane { border: 0; }
QComboBox, QAbstractSpinBox {
    background: @bg; border: 1px solid @control; border-radius: 6px; padding: 5px 8px; min-height: 18px; }
QAbstractSpinBox { padding-left: 4px; }
QComboBox:focus, QAbstractSpinBox:focus { border: 2px solid @accent; padding: 4px 7px; }
QAbstractSpinBox QLineEdit { background: transparent; border: 0; padding: 0; }
QComboBox:disabled, QAbstractSpinBox:disabled { color: @faint; border-color: @line; }
QComboBox::drop-down { border: 0; width: 24px; }
QComboBox::down-arrow, QAbstractSpinBox::down-arrow { image: url(@icons/down-@mode.svg); width: 12px; height: 12px; }
QAbstractSpinBox::up-arrow { image: url(@icons/up-@mode.svg); width: 12px; height: 12px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: 0; width: 20px; background: transparent; }
QComboBox QAbstractItemView {
    background: @raised; color: @text; border: 1px solid @line; selection-background-color: @hover; selection-color: @text; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid @control; border-radius: 4px; background: @bg; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url(@icons/check-@mode.svg); }
QCheckBox, QRadioButton { spacing: 8px; padding: 2px; }
QCheckBox:focus, QRadioButton:focus { border: 2px solid @accent; border-radius: 4px; padding: 0; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: @control; border-radius: 4px; margin: 2px; min-height: 24px; min-width: 24px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSlider::groove:horizontal { height: 4px; background: @control; border-radius: 2px; }
QSlider::handle:horizontal { width: 16px; margin: -7px 0; background: @text; border: 1px solid @bg; border-radius: 4px; }
QSlider:focus { border: 1px solid @accent; border-radius: 6px; }
QProgressBar { background: @bg; border: 1px solid @line; border-radius: 6px; text-align: center; color: @text; }
QProgressBar::chunk { background: @accent; border-radius: 5px; }
"""

_mode, _scale = "dark", 1.0


def mode() -> str:
    """`dark` or `light`."""
    return _mode


def scale() -> float:
    """How large text is, 1.0 to 2.0."""
    return _scale


def px(pixels: float) -> int:
    """A length that grows with the text."""
    return round(pixels * _scale)


def token(name: str) -> str:
    """A token as CSS writes it."""
    return MODES[_mode][name]


def colour(name: str) -> QColor:
    """A token as a colour."""
    return QColor(token(name))


def font(pixels: float = BASE_PIXELS, *, bold: bool = False) -> QFont:
    """The application's face."""
    made = QFont()
    made.setFamilies(FAMILIES)
    made.setPixelSize(max(1, px(pixels)))
    made.setBold(bold)
    return made


def figures(font: QFont) -> QFont:
    """The same with figures of one width: what counts does not jump, what stands below each other is straight."""
    made = QFont(font)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def apply(app: QApplication, mode: str = "dark", text_percent: int = 100) -> None:
    """Dress the application."""
    global _mode, _scale
    _mode, _scale = mode if mode in MODES else "dark", min(SCALES[1], max(SCALES[0], text_percent)) / 100
    if app.style() is None or app.style().name() != "fusion":
        app.setStyle("Fusion")
    app.setFont(font())
    app.setPalette(_palette())
    app.setStyleSheet(sheet())


def sheet() -> str:
    """The style sheet of the mode and scale that are in use."""
    written = re.sub(r"(\d+)px", lambda found: f"{px(int(found[1]))}px", _SHEET)
    tokens = MODES[_mode] | {"mode": _mode, "icons": ICONS.as_posix()}
    return re.sub(r"@([a-z-]+)", lambda found: tokens[found[1]], written)


def _palette() -> QPalette:
    palette = QPalette()
    for role, name in (
        (QPalette.ColorRole.Window, "bg"),
        (QPalette.ColorRole.WindowText, "text"),
        (QPalette.ColorRole.Base, "bg"),
        (QPalette.ColorRole.AlternateBase, "panel"),
        (QPalette.ColorRole.Text, "text"),
        (QPalette.ColorRole.Button, "raised"),
        (QPalette.ColorRole.ButtonText, "text"),
        (QPalette.ColorRole.Highlight, "accent"),
        (QPalette.ColorRole.HighlightedText, "accent-ink"),
        (QPalette.ColorRole.PlaceholderText, "faint"),
        (QPalette.ColorRole.ToolTipBase, "raised"),
        (QPalette.ColorRole.ToolTipText, "text"),
        (QPalette.ColorRole.Link, "accent"),
    ):
        palette.setColor(role, colour(name))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, colour("faint"))
    return palette
