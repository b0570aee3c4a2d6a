"""Sources whose picture is drawn from words: QPainter on the overlay thread, premultiplied planes for the compositor.

This is the one place in `studio` that knows Qt, and only QtCore and QtGui.
"""
