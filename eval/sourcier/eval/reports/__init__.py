"""What a run is shown as: Markdown, a page, plots."""
