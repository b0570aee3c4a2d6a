"""The window: Qt widgets over the studio. `bridge` is the only file that knows both loops."""
