"""A question to the audience: asked, closed, put away."""

from PySide6.QtWidgets import QLineEdit, QWidget

from studio.commands.chat import PollClear, PollClose, PollOpen
from studio.i18n import _
from studio.show.poll import ANSWER_MAX, ANSWERS_MAX, QUESTION_MAX, Poll, shares
from studio.state import State
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.widgets.button import Button
from ui.widgets.form import Form
from ui.widgets.label import label


class PollDialog(Dialog):
    """Shows how the votes stand while a poll is open."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        words = _("It appears on the page, and on the picture where a scene has a poll.")
        super().__init__(parent, _("Poll"), words, size=(520, 520))
        self._bridge = bridge
        self.question = QLineEdit()
        self.question.setMaxLength(QUESTION_MAX)
        self.question.setAccessibleName(_("Question"))
        form = Form()
        form.add(_("Question"), self.question)
        self.answers = []
        for number in range(1, ANSWERS_MAX + 1):
            answer = QLineEdit()
            answer.setMaxLength(ANSWER_MAX)
            answer.setAccessibleName(_("Answer {number}").format(number=number))
            form.add(_("Answer {number}").format(number=number), answer)
            self.answers.append(answer)
        self.body.addLayout(form)
        self.standing = label("muted", wrap=True)
        self.body.addWidget(self.standing)
        self.body.addStretch(1)
        self.clear = self.add_button(
            Button(_("Put it away"), lambda: bridge.run(PollClear()), tip=_("Off the page and the picture"))
        )
        self.close_poll = self.add_button(Button(_("Close the poll"), lambda: bridge.run(PollClose()), tip=_("No more votes")))
        self.ask = self.add_button(Button(_("Ask"), self._ask, kind="primary"), default=True)
        for line in (self.question, *self.answers):
            line.textChanged.connect(lambda _text: self._check())
        bridge.changed.connect(self._on_changed)
        self.refresh(bridge.state)
        self._check()

    def _on_changed(self) -> None:
        self.refresh(self._bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        poll = state.shop.poll
        self.standing.setText(standing(poll) if poll is not None else "")
        self.clear.setEnabled(poll is not None)
        self.close_poll.setEnabled(poll is not None and poll.state == "open")

    @property
    def _written(self) -> tuple[str, ...]:
        return tuple(filter(None, (answer.text().strip() for answer in self.answers)))

    def _check(self) -> None:
        self.ask.setEnabled(bool(self.question.text().strip()) and len(self._written) > 1)

    def _ask(self) -> None:
        self._bridge.run(PollOpen(question=self.question.text().strip(), answers=self._written))


def standing(poll: Poll) -> str:
    """How a poll stands, in words."""
    lines = [poll.question]
    for answer, votes, share in zip(poll.answers, poll.votes, shares(poll.votes), strict=True):
        lines.append(f"{share:3d} %  {answer} ({votes})")
    lines.append(_("The poll is closed") if poll.state == "closed" else _("The poll is open"))
    return "\n".join(lines)
