"""What can be asked: one frozen struct a command, one file a domain.

The struct's tag, fields and docstring are its wire format, its command-line signature and its help. Class variables
say who may (`may`), in which states of the show (`when`; None means any), who runs it (`owner`), and whether it may
come from another machine (`relayed`).
"""

from studio.commands import (
    call,
    chat,
    console,
    feed,
    guest,
    hotkey,
    media,
    mixer,
    newsletter,
    panic,
    preflight,
    product,
    recording,
    relation,
    rundown,
    scene,
    show,
    source,
    stream,
    undo,
)
from studio.commands.base import CONTROL, Actor, Command, Role, named, signature, tag_of

AnyCommand = (
    show.ShowCreate
    | show.ShowStart
    | show.ShowPause
    | show.ShowResume
    | show.ShowEnd
    | show.ShowRehearse
    | show.ShowRename
    | show.ShowBring
    | show.ShowCopy
    | show.ShowExport
    | stream.StreamStart
    | stream.StreamStop
    | scene.SceneTake
    | scene.ScenePreview
    | scene.SceneAdd
    | scene.SceneDuplicate
    | scene.SceneTransition
    | scene.SceneRename
    | scene.SceneReorder
    | scene.SceneRemove
    | scene.ItemAdd
    | scene.ItemSet
    | scene.ItemReorder
    | scene.ItemRemove
    | scene.TransitionSet
    | scene.TransitionMove
    | source.SourceAdd
    | source.SourceSet
    | source.SourceDelay
    | source.SourceRename
    | source.SourceRemove
    | mixer.ChannelSet
    | mixer.ChannelEffects
    | mixer.ChannelDuck
    | mixer.MonitorSet
    | mixer.MasterSet
    | source.SourceProxy
    | source.SourceOriginal
    | media.MediaPlay
    | media.MediaPause
    | media.MediaSeek
    | rundown.RundownSet
    | rundown.RundownGo
    | rundown.RundownStop
    | rundown.ScriptSet
    | rundown.CueSend
    | rundown.CueClear
    | panic.PanicOn
    | panic.PanicOff
    | preflight.PreflightRun
    | hotkey.HotkeySet
    | product.ProductPin
    | product.ProductUnpin
    | product.ProductNext
    | product.PinsSet
    | product.ProductAdd
    | product.ProductRemove
    | product.ProductOrder
    | product.ProductChange
    | product.ProductPrice
    | product.ProductSetSave
    | product.ProductSetAdd
    | product.ProductSetRemove
    | product.ShopSet
    | chat.ChatSay
    | chat.ChatRemove
    | chat.ChatRelease
    | chat.ChatPin
    | chat.ChatPicture
    | chat.ChatAnswering
    | chat.ChatRulesSet
    | chat.VisitorBlock
    | chat.VisitorUnblock
    | chat.PollOpen
    | chat.PollClose
    | chat.PollClear
    | guest.GuestInvite
    | guest.GuestLink
    | guest.GuestRemove
    | relation.SegmentSave
    | relation.SegmentDelete
    | relation.PersonasSave
    | relation.PersonasDelete
    | relation.RuleSave
    | relation.RuleDelete
    | relation.RuleOrder
    | relation.RelationMeasure
    | relation.ProfileKind
    | relation.ProfileMerge
    | relation.ProfileSplit
    | newsletter.TopicSave
    | newsletter.TopicDelete
    | newsletter.NewsletterSave
    | newsletter.NewsletterDelete
    | newsletter.NewsletterSend
    | newsletter.MailingStop
    | newsletter.MailToolSwitch
    | newsletter.NewsletterProof
    | newsletter.NewsletterSettings
    | newsletter.SubscribersBring
    | newsletter.AddressSuppress
    | feed.FeedAdd
    | feed.FeedChange
    | feed.BrandSet
    | feed.FeedSync
    | feed.FeedStop
    | feed.FeedRemove
    | call.CallAvailable
    | call.CallAnswer
    | call.CallPass
    | call.CallHold
    | call.CallHangUp
    | call.CallSay
    | call.CallShow
    | call.CallCart
    | call.CallKindAsk
    | call.CallAsk
    | call.CallNotes
    | call.CallTransfer
    | call.CallInvite
    | call.CallBlock
    | call.CallWrapUp
    | call.CallRulesSet
    | call.MessageDone
    | call.MessageRemove
    | call.BookingCancel
    | call.CallSend
    | call.CallRecord
    | call.CallPoint
    | call.CallSnapshot
    | recording.RecordingStart
    | recording.RecordingStop
    | recording.RecordingPause
    | recording.RecordingResume
    | recording.RecordingSplit
    | recording.MarkerSet
    | recording.MarkersPlan
    | recording.LibraryRename
    | recording.LibraryRemove
    | recording.LibraryRestore
    | recording.LibraryEmpty
    | recording.LibraryExport
    | recording.ReplayPublish
    | recording.ReplayWithdraw
    | recording.ClipAdd
    | recording.ClipLast
    | recording.ClipPropose
    | recording.ClipSet
    | recording.ClipRemove
    | recording.ClipExport
    | recording.ClipPublish
    | recording.ClipWithdraw
    | recording.WorkCancel
    | undo.Undo
    | undo.Redo
    | console.ConsoleInvite
)

COMMANDS: dict[str, type[Command]] = {tag_of(cls): cls for cls in AnyCommand.__args__}

__all__ = ["COMMANDS", "CONTROL", "Actor", "AnyCommand", "Command", "Role", "named", "signature", "tag_of"]
