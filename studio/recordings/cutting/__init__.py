"""Cuts clips out of films: where to cut, how it looks there, and the clip itself.

Everything here works on a film that is still being written as on one that is whole, knows nothing of the studio, and does the
long work in a process of its own (`exporter` starts it, `__main__` is it): an encoder beside a live show must be slower than
the show, and what goes wrong with a file must not go wrong with the show.

One clock: the film's (ms from its first picture). What is shown at a moment is the newest picture that is not later, and a cut
begins with exactly that picture, so that what a person sees in the editor is what the clip begins with.

Two ways to cut. A clip that keeps the film's picture as it is, is copied (`lossless`): an MP4 edit list hides what lies between
the keyframe before and the first picture. That is exact, takes a second and loses nothing; cutting at keyframes only was
rejected (up to ten seconds off), encoding only the beginning again too (two encoders' parameters in one track, which Safari does
not play). Any other clip is encoded (`encode`).
"""
