"""Windows that ask something. They open with .open(), never with .exec()."""
