"""The host's, the producer's and the support staff's arrangement of panels."""
