"""Pictures of every state of the page, made by command."""
