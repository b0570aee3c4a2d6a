"""The audience's workspace: segments left, rules and newsletters in the middle, one person right."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from studio.i18n import _
from studio.queries.newsletter import NewsletterLook
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.mail_tools import MailToolsDialog
from ui.dialogs.newsletter import NewsletterDialog
from ui.dialogs.newsletter_sender import NewsletterSenderDialog
from ui.dialogs.rule import RuleDialog
from ui.dialogs.segment import SegmentDialog
from ui.panels.alarm_bar import AlarmBar
from ui.panels.relation.newsletters import NewslettersPanel
from ui.panels.relation.person import PersonPanel
from ui.panels.relation.rules import RulesPanel
from ui.panels.relation.segments import SegmentsPanel
from ui.sounds import Sounds
from ui.widgets.tabs import Tabs
from ui.workspaces.base import Follows, is_wide

WIDE = (1000, 400)


class RelationWorkspace(QWidget, Follows):
    """Where marketing staff work; also during a show."""

    tiles = False

    def __init__(self, bridge: Bridge, sounds: Sounds) -> None:
        QWidget.__init__(self)
        Follows.__init__(self)
        self._bridge = bridge
        self.alarms = AlarmBar(bridge, sounds)
        self.segments = SegmentsPanel()
        self.rules = RulesPanel(bridge)
        self.person = PersonPanel(bridge)
        self.newsletters = NewslettersPanel(bridge)
        self.tabs = Tabs(_("Panels"))
        self.tabs.addTab(self.rules, _("Rules"))
        self.tabs.addTab(self.newsletters, _("Newsletters"))
        self.follow(self.alarms, self.segments, self.rules, self.newsletters, self.person)
        self.segments.opened.connect(self.open_segment)
        self.rules.opened.connect(self.open_rule)
        self.newsletters.opened.connect(self.open_newsletter)
        self.newsletters.asked.connect(self.open_sender)
        self.newsletters.tools_asked.connect(self.open_tools)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(*([theme.px(12)] * 4))
        rows.setSpacing(theme.px(12))
        rows.addWidget(self.alarms)
        self._row = QHBoxLayout()
        self._row.setSpacing(theme.px(12))
        for panel, share in ((self.segments, 30), (self.tabs, 38), (self.person, 32)):
            panel.setMinimumHeight(theme.px(220))
            self._row.addWidget(panel, share)
        rows.addLayout(self._row, 1)
        self.refresh(bridge.state)

    def open_segment(self, segment: str) -> None:
        """Change a segment, or make one."""
        dialog = SegmentDialog(self._bridge, self.window(), segment)
        dialog.looked.connect(self.person.look)
        dialog.open()

    def open_rule(self, rule: str) -> None:
        """Change a rule, or make one."""
        RuleDialog(self._bridge, self.window(), rule).open()

    def open_newsletter(self, newsletter: str) -> None:
        """Change a newsletter, or make one."""
        if not newsletter:
            NewsletterDialog(self._bridge, self.window(), None).open()
            return
        look = NewsletterLook(newsletter=newsletter)
        self._bridge.run(look, lambda found: NewsletterDialog(self._bridge, self.window(), found).open())

    def open_sender(self) -> None:
        """Change who newsletters are from, and the topics."""
        NewsletterSenderDialog(self._bridge, self.window()).open()

    def open_tools(self) -> None:
        """See what mail tools have from here."""
        MailToolsDialog(self._bridge, self.window()).open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = is_wide(self, *WIDE)
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        super().resizeEvent(event)
