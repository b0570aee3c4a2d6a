"""Frames, queues, threads, encoders and decoders: av, numpy and OpenCV only; nothing here knows a shop or a scene."""
