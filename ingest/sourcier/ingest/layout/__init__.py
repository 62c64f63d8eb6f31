"""The structure of a text that only has lines: paragraphs, lists, headings, notes, and what a page adds to them."""
