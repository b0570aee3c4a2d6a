"""The host's and the producer's arrangement of panels."""
