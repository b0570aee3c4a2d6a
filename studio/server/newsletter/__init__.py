"""Newsletters: who asks for them, what each reader is written, and how it goes out."""
