"""The shop in a running show: its shelf, chat, polls and numbers. Each part is told of its show through `Stage`."""
