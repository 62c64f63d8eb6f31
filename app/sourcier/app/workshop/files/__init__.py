"""A kit written to files that people edit; see :mod:`sourcier.app.workshop.files.write`."""
