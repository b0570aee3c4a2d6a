"""Rehearsing in the real thing: same window, same stream, with an audience that is simulated here and reaches nobody."""
