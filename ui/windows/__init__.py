"""Windows beside the main one: multiview, presenter view, projector."""
