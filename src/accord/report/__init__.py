"""Pure: the document model, and its HTML and Typst forms."""
