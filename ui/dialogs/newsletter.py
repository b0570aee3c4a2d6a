"""A newsletter: to whom, its subject, its blocks, and how six made-up readers get it."""

import tempfile
from pathlib import Path

import msgspec
from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from studio.commands.newsletter import NewsletterDelete, NewsletterProof, NewsletterSave
from studio.i18n import _
from studio.queries.newsletter import NewsletterPage, NewsletterPreview, Page, Proofs
from studio.relation.newsletter import BLOCKS_MAX, AnyBlock, Newsletter
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.ask import ask_name
from ui.dialogs.block_row import BlockRow
from ui.dialogs.kept import KeptDialog
from ui.models.newsletter_words import proof_words
from ui.models.relation_words import id_of
from ui.widgets.button import Button, ElidedButton
from ui.widgets.form import Form, NoWheel
from ui.widgets.label import label

LOOK_MS = 700
CLIPPED = 102_000
"""Bytes of HTML that mail programs show."""


class NewsletterDialog(KeptDialog):
    """Subjects for segments are kept as they are."""

    def __init__(self, bridge: Bridge, parent: QWidget, found: Newsletter | None) -> None:
        now = bridge.state.newsletters
        title = _("Newsletter “{name}”").format(name=found.name) if found is not None else _("New newsletter")
        super().__init__(parent, title, size=(720, 760))
        self._bridge, self._before = bridge, found
        self.name = self._line(_("Name"), 80, _("For example: week 49"))
        self.topic = NoWheel(_("About"), [(one.topic.name, one.topic.id) for one in now.topics])
        self.subject = self._line(_("Subject"), 150)
        self.preview = self._line(_("Preview text"), 150, _("What mail programs show before it is opened"))
        people = [(_("all subscribers"), "")]
        people += [(one.segment.name, one.segment.id) for one in bridge.state.relation.segments]
        self.segment = NoWheel(_("To whom"), people)
        self.language = NoWheel(_("Language"), [("Dansk", "da"), ("English", "en")])
        form = Form()
        for words, control in (
            (_("Name"), self.name),
            (_("About"), self.topic),
            (_("To whom"), self.segment),
            (_("Subject"), self.subject),
            (_("Preview text"), self.preview),
            (_("Language"), self.language),
        ):
            form.add(words, control)
        self.body.addLayout(form)
        self._rows: list[BlockRow] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.px(8))
        self.body.addLayout(self._list)
        self.add = Button("+ " + _("Block"), lambda: self._add(None), kind="small", tip=_("One more part of the mail"))
        self.body.addWidget(self.add, alignment=Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(label("heading", _("As six made-up readers see it")))
        self.hint = label("muted", wrap=True)
        self.body.addWidget(self.hint)
        self._proofs = QVBoxLayout()
        self.body.addLayout(self._proofs)
        self.body.addStretch(1)
        if found is not None:
            self.delete = self.add_button(Button(_("Delete"), self._delete, tip=_("What was sent of it stays counted")))
            self.proof = self.add_button(Button(_("Send me a proof…"), self._ask_proof, tip=_("As it was saved last")))
        self.add_button(Button(_("Cancel"), self.reject))
        self.save = self.add_button(Button(_("Save"), self._save, kind="primary"), default=True)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._fill(found)
        for line in (self.name, self.subject, self.preview):
            line.textChanged.connect(lambda _text: self._changed())
        for box in (self.topic, self.segment, self.language):
            box.currentIndexChanged.connect(lambda _at: self._changed())
        self._changed()

    @staticmethod
    def _line(name: str, longest: int, hint: str = "") -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(name)
        made.setPlaceholderText(hint)
        made.setMaxLength(longest)
        return made

    # ── blocks ───────────────────────────────────────────────────────────────────────────────────────────────

    def _fill(self, newsletter: Newsletter | None) -> None:
        if newsletter is None:
            self._add(None)
            return
        self.name.setText(newsletter.name)
        self.topic.choose(newsletter.topic)
        self.subject.setText(newsletter.subject)
        self.preview.setText(newsletter.preview)
        self.segment.choose(newsletter.segment)
        self.language.choose(newsletter.language)
        for block in newsletter.blocks:
            self._add(block)

    def _add(self, block: AnyBlock | None) -> None:
        if len(self._rows) >= BLOCKS_MAX:
            return
        taken = {row.slot.text() for row in self._rows}
        slot = next(name for number in range(1, BLOCKS_MAX + 2) if (name := f"mail-{number}") not in taken)
        row = BlockRow(self._bridge.state, block, slot)
        row.changed.connect(self._changed)
        row.removed.connect(lambda: self._remove(row))
        row.moved.connect(lambda by: self._move(row, by))
        self._rows.append(row)
        self._list.addWidget(row)
        self._changed()

    def _remove(self, row: BlockRow) -> None:
        self._rows.remove(row)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._changed()

    def _move(self, row: BlockRow, by: int) -> None:
        at = self._rows.index(row)
        if not 0 <= at + by < len(self._rows):
            return
        self._rows.insert(at + by, self._rows.pop(at))
        self._list.removeWidget(row)
        self._list.insertWidget(at + by, row)
        self._changed()

    # ── how it looks ─────────────────────────────────────────────────────────────────────────────────────────

    def _changed(self) -> None:
        if not hasattr(self, "_folder"):
            return
        for at, row in enumerate(self._rows):
            row.up.setEnabled(at > 0)
            row.down.setEnabled(at < len(self._rows) - 1)
        self.save.setEnabled(bool(self.name.text().strip() and self.subject.text().strip() and self._rows))
        self._timer.start()

    def _made(self) -> Newsletter:
        """As it is written. Raises `msgspec.ValidationError`."""
        name, before = self.name.text().strip(), self._before
        taken = {one.id for one in self._bridge.state.newsletters.newsletters}
        made = Newsletter(
            id=before.id if before is not None else id_of(name, taken),
            name=name or "?",
            topic=self.topic.currentData() or "?",
            subject=self.subject.text().strip() or "…",
            subjects=before.subjects if before is not None else (),
            preview=self.preview.text().strip(),
            segment=self.segment.currentData(),
            language=self.language.currentData(),
            blocks=tuple(row.block for row in self._rows),
        )
        return msgspec.convert(msgspec.to_builtins(made), Newsletter)

    def _look(self) -> None:
        try:
            made = self._made()
        except msgspec.ValidationError:
            self.hint.setText(_("Fill in every block to see previews."))
            return
        self._bridge.run(NewsletterPreview(newsletter=made), self._looked)

    def _looked(self, found: Proofs) -> None:
        large = max((proof.size for proof in found.proofs), default=0)
        words = _("None of them is a real person. Click one to see the whole mail in the browser.")
        if large > CLIPPED:
            words = _("It is longer than what Gmail shows ({size} kB of 102): leave blocks out.").format(size=large // 1000)
        self.hint.setText(words)
        while (item := self._proofs.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for number, proof in enumerate(found.proofs):
            row = ElidedButton(proof.reader.sentence(_), kind="plain", tip=_("See the whole mail in the browser"))
            row.clicked.connect(lambda _checked=False, number=number: self._ask_page(number))
            told = label("small", proof_words(proof), wrap=True)
            told.setContentsMargins(theme.px(6), 0, 0, theme.px(4))
            self._proofs.addWidget(row)
            self._proofs.addWidget(told)

    def _ask_page(self, number: int) -> None:
        try:
            made = self._made()
        except msgspec.ValidationError:
            return
        self._bridge.run(NewsletterPage(newsletter=made, reader=number), lambda page: self._open(number, page))

    def _open(self, number: int, page: Page) -> None:
        if not page.html:
            self.hint.setText(_("It is too long to be shown: leave blocks out."))
            return
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="vitrine-", ignore_cleanup_errors=True)
            self.destroyed.connect(self._folder.cleanup)
        path = Path(self._folder.name) / f"{number}.html"
        path.write_text(page.html, encoding="utf-8")
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    # ── keeping ──────────────────────────────────────────────────────────────────────────────────────────────

    def _save(self) -> None:
        try:
            made = self._made()
        except msgspec.ValidationError as error:
            self._say(str(error))
            return
        self._bridge.attempt(NewsletterSave(newsletter=made), self._done, alone=True)

    def _delete(self) -> None:
        assert self._before is not None
        self._bridge.attempt(NewsletterDelete(newsletter=self._before.id), self._done, alone=True)

    def _ask_proof(self) -> None:
        assert self._before is not None
        id_ = self._before.id

        def send(address: str) -> None:
            self._bridge.attempt(NewsletterProof(newsletter=id_, address=address), self._proofed, alone=True)

        ask_name(self, _("Proof"), _("To which address?"), value="", done=send, longest=254)

    def _proofed(self, error: Exception | None) -> None:
        self._say(_("The proof is sent.") if error is None else str(error))
