"""The brand's own relation to whoever visits it: behaviours → profile → segments → rules. Pure: time, zone and data are
arguments. Words and rules are those of `docs/relation.md`."""
