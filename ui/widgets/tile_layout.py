"""Tiles in as many columns as there is room for, all of one size."""

import math

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from ui import theme

NARROW, WIDE = 112, 190


class TileLayout(QLayout):
    """Fills its width; `aspect` is a tile's."""

    def __init__(self, parent: QWidget, aspect: float, wide: int = WIDE) -> None:
        super().__init__(parent)
        self._wide = wide
        self._items: list[QLayoutItem] = []
        self._aspect = aspect
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(theme.px(8))

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        columns, size = self._fit(width)
        rows = math.ceil(len(self._items) / columns)
        return rows * size.height() + max(0, rows - 1) * self.spacing()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(NARROW * 4), self.heightForWidth(theme.px(NARROW * 4)))

    def minimumSize(self) -> QSize:
        return QSize(theme.px(NARROW), theme.px(64))

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        columns, size = self._fit(rect.width())
        for number, item in enumerate(self._items):
            x = rect.x() + number % columns * (size.width() + self.spacing())
            y = rect.y() + number // columns * (size.height() + self.spacing())
            item.setGeometry(QRect(x, y, size.width(), size.height()))

    def _fit(self, width: int) -> tuple[int, QSize]:
        count, space = max(1, len(self._items)), self.spacing()
        columns = max(1, min(count, (width + space) // (theme.px(NARROW) + space)))
        tile = min(theme.px(self._wide), (width - space * (columns - 1)) // columns)
        return columns, QSize(tile, max(theme.px(64), min(theme.px(self._wide * 0.45), round(tile / self._aspect))))
