"""The window: Qt widgets over the studio. `bridge` and `mailboxes` are the only files that know both loops."""
