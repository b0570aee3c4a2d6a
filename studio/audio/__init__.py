"""Sound: channels into one mix, measured, limited and handed on in 10 ms blocks."""
