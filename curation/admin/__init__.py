"""The curators' pages, one module for each model; importing the package registers them."""

from curation.admin import author, image, item, publisher, redirect, tag

__all__ = ["author", "image", "item", "publisher", "redirect", "tag"]
