"""Catalogues and word lists, and the code that reads them."""
