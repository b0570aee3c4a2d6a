"""The shows of this machine: made from templates, listed, copied, taken along; and what a crash left behind."""
