"""One module for each kind of file; each is imported when the first file of its kind is read."""
