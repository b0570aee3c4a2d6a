"""A show at the server while it runs: who sends it, what happens in it, who is told. `show.LiveShow` holds the parts together,
`shows.LiveShows` all that are open; the pure ones (`lease`, `show_clock`) take the time as an argument."""
