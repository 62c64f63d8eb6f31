"""Pages of marked-up text, from bytes to blocks: what web pages and electronic books have in common."""
