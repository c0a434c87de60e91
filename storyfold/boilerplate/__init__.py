"""Evidence from other pages: lines that an outlet repeats, and headlines of other pages, are cut from a text."""
