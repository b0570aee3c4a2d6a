"""The desktop put together: how its parts are built, opened and closed, what of its state goes into files and to the server.
Nothing here makes pictures or sound."""
