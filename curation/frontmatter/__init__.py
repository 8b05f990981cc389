"""Front matter of content files, read as Hugo reads it and changed without touching anything else.

    document = Document.parse(path.read_bytes())
    document.data["title"]
    path.write_bytes(document.with_values({"title": "Another one", ("link", "brand"): DELETE}).bytes)

A document keeps the bytes that it was read from. A change replaces the text of the values that differ and nothing else:
comments, order, quotes, folds and line breaks of the rest stay. Every result is read again and compared with what was
meant before anyone sees it; where text cannot be changed in place, the whole front matter is written anew and the
document says so (`reformatted`).

The file is cut as Hugo cuts it (`split`): YAML, TOML or JSON (`headers` names the module of each). Values are what Hugo
0.152 and later reads, and what is written is read alike by Hugo before and after 0.152. Files may be hostile: 5 MB for
a file, 256 KB for its front matter, 64 levels and 10,000 values with aliases written out are what is read.
"""

from curation.frontmatter.document import DELETE, Document, Path
from curation.frontmatter.errors import DocumentWarning, FrontMatterError

__all__ = ["DELETE", "Document", "DocumentWarning", "FrontMatterError", "Path"]
