"""Pages made by the server: what the assistant is made of, the documents, one document, one page of a PDF."""
