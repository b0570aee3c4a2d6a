"""A row that breaks into more rows where the width does not suffice, as words do. After Qt's flow layout example."""

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from ui import theme


class FlowLayout(QLayout):
    """Widgets left to right, rows top to bottom. `spring` items, given to `add_spring`, push what follows to the right;
    `centred` rows stand in the middle. What is given to `set_yielding` is left out where another row would begin for it."""

    def __init__(self, parent: QWidget | None = None, spacing: int = 8, *, centred: bool = False) -> None:
        super().__init__(parent)
        self._centred = centred
        self._items: list[QLayoutItem] = []
        self._spring = -1
        self._yielding: QWidget | None = None
        self._measured: list[tuple[QLayoutItem, QSize]] | None = None
        self._heights: dict[int, int] = {}
        """By width; as long as nothing has changed."""
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(theme.px(spacing))

    def add_spring(self) -> None:
        """What is added after this lies at the right end of its row, where there is room."""
        self._spring = len(self._items)

    def set_yielding(self, widget: QWidget | None) -> None:
        """The widget that goes first; None when all must stay."""
        if widget is not self._yielding:
            self._yielding = widget
            self.invalidate()

    def invalidate(self) -> None:
        self._measured = None
        self._heights.clear()
        super().invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = self._arrange(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        margins = self.contentsMargins()
        shown = self._shown()
        width = sum(size.width() for _item, size in shown) + self.spacing() * max(0, len(shown) - 1)
        height = max((size.height() for _item, size in shown), default=0)
        return QSize(width, height).grownBy(margins)

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            if not item.isEmpty():
                size = size.expandedTo(item.minimumSize())
        return size.grownBy(self.contentsMargins())

    def _shown(self) -> list[tuple[QLayoutItem, QSize]]:
        if self._measured is None:
            items = [item for item in self._items if not item.isEmpty()]
            self._measured = [(item, item.sizeHint().expandedTo(item.minimumSize())) for item in items]
        return self._measured

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        margins: QMargins = self.contentsMargins()
        inner = rect.marginsRemoved(margins)
        y, space = inner.y(), self.spacing()
        pushing = self._items[self._spring :] if self._spring >= 0 else []
        spring = next((item for item in pushing if not item.isEmpty()), None)
        rows = self._rows(inner.width())
        if move and self._yielding is not None and not any(item.widget() is self._yielding for row in rows for item, _ in row):
            self._yielding.setGeometry(QRect(rect.topLeft(), QSize(0, 0)))
        for row in rows:
            height = max(size.height() for _item, size in row)
            left = inner.width() - sum(size.width() for _item, size in row) - space * (len(row) - 1)
            x = inner.x()
            pushed = self._spring >= 0 and self._items.index(row[0][0]) >= self._spring and row[0][0] is not spring
            if pushed or self._centred:
                x += max(0, left) // (2 if self._centred else 1)
            for item, size in row:
                if item is spring:
                    x += max(0, left)
                if move:
                    item.setGeometry(QRect(QPoint(x, y + (height - size.height()) // 2), size))
                x += size.width() + space
            y += height + space
        return max(y - space, rect.y() + margins.top()) - rect.y() + margins.bottom()

    def _rows(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        shown = self._shown()
        rows = self._broken(shown, width)
        if self._yielding is None:
            return rows
        fewer = self._broken([(item, size) for item, size in shown if item.widget() is not self._yielding], width)
        return fewer if len(fewer) < len(rows) else rows

    def _broken(self, shown: list[tuple[QLayoutItem, QSize]], width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        rows: list[list[tuple[QLayoutItem, QSize]]] = []
        used, space = 0, self.spacing()
        for item, size in shown:
            wanted = QSize(min(size.width(), max(width, item.minimumSize().width())), size.height())
            if rows and used + space + wanted.width() <= width:
                rows[-1].append((item, wanted))
                used += space + wanted.width()
            else:
                rows.append([(item, wanted)])
                used = wanted.width()
        return rows
