"""One line below: what the machine does for the picture, and what comes next."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.i18n import _
from studio.show.money import price
from studio.state import Numbers, State
from ui import theme
from ui.bridge import Bridge
from ui.widgets.label import ElidedLabel


class StatusBar(QWidget):
    """Follows the state."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.setObjectName("statusbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.health = ElidedLabel("status")
        self.sales = ElidedLabel("status")
        self.next = ElidedLabel("status")
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.px(16), theme.px(4), theme.px(16), theme.px(4))
        line.addWidget(self.health, 1)
        line.addWidget(self.sales)
        line.addSpacing(theme.px(24))
        line.addWidget(self.next)
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        stream, scenes = state.stream, state.scenes
        words = [f"{scenes.canvas.width}×{scenes.canvas.height} · {scenes.fps}/s"]
        if stream.status == "live":
            dropped = _("Dropped: {network} network · {encoder} encoder · {render} render")
            words.append(
                dropped.format(network=stream.dropped_network, encoder=stream.dropped_encoder, render=stream.late_render)
            )
        if state.undo:
            words.append(_("Undo: {what}").format(what=state.undo[-1]))
        self.health.setText("      ".join(words))
        self.sales.setText(sales_words(state.numbers))
        steps = [step.id for step in state.rundown.steps]
        at = steps.index(state.rundown.current) + 1 if state.rundown.current in steps else 0
        following = state.rundown.steps[at].title if at < len(steps) else ""
        self.next.setText(_("Next: {step}").format(step=following) if following else "")


def sales_words(numbers: Numbers) -> str:
    """What the audience put into carts and bought; empty while that is nothing."""
    words = [_("Added to cart {count}").format(count=numbers.carted)] if numbers.carted else []
    for sale in numbers.sales:
        if sale.orders:
            worth = price(sale.value_minor, sale.currency)
            words.append(_("Orders {count} · {worth}").format(count=sale.orders, worth=worth))
        if sale.unconfirmed:
            worth = price(sale.unconfirmed_minor, sale.currency)
            words.append(_("Not confirmed yet {count} · {worth}").format(count=sale.unconfirmed, worth=worth))
    return "      ".join(words)
