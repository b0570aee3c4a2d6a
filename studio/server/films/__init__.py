"""Films of shows: replays and clips, as desktops send them and pages watch them."""
