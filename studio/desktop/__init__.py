"""The desktop put together: what of its state is kept in files. How its parts are built, opened and closed still stands in
`studio.studio`. Nothing here makes pictures or sound."""
