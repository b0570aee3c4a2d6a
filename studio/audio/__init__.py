"""Sound: channels into one mix, measured, limited and handed on in 20 ms blocks."""
