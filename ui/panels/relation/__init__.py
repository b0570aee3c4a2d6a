"""The panels of the audience's workspace."""
