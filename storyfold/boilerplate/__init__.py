"""Cut repeated lines and headlines of other pages from texts; set aside dates that an outlet puts on all pages."""
