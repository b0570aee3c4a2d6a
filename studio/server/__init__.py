"""The show server: everything the audience touches. The same program on the host's laptop and on a brand's machine.

It reaches no Qt, OpenCV or sound library, directly or not; the extra `server` installs without them.
"""
