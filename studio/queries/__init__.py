"""What can be asked without changing anything, and is neither state nor an event: one frozen struct a query, one file a domain.

The window has no doors of its own: a query is parsed, allowed, run and relayed exactly as a command is, and each says who may
ask it from where.
"""

from studio.commands import COMMANDS, Command, tag_of
from studio.queries import call, catalogue, mixer, newsletter, recording, relation, source
from studio.queries.base import Query

AnyQuery = (
    source.SourceChoices
    | source.SourceModes
    | recording.RecordingSpace
    | mixer.MixerLevels
    | catalogue.CatalogueSearch
    | call.CallHolidays
    | call.CallCustomer
    | relation.SegmentPreview
    | relation.SegmentMembers
    | relation.SegmentExport
    | relation.RuleMeasured
    | relation.ProfileLook
    | newsletter.NewsletterLook
    | newsletter.NewsletterPreview
    | newsletter.NewsletterPage
    | newsletter.MailToolDiff
)

QUERIES: dict[str, type[Query]] = {tag_of(cls): cls for cls in AnyQuery.__args__}
ASKED: dict[str, type[Command]] = {**COMMANDS, **QUERIES}
"""Everything that can be sent, by name."""

__all__ = ["ASKED", "QUERIES", "AnyQuery", "Query"]
