"""The show's plan while it runs, and the line from producer to host."""
