"""Measurements of this machine, with the bars they are held against. `vitrine bench NAME`."""
