"""Plain Qt widgets: values in, signals out. They know nothing of the studio."""
