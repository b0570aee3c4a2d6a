"""The desktop put together."""
