"""The command line's words, one file each with a `main(words) -> exit status`."""
