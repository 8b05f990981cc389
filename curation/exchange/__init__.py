"""Between documents and items: one table of keys, import and export.

- `values`: what an item says, apart from any table or file.
- `keys`: the one table between the keys of a document and those values.
- `rows`: from values to the rows of the database.
- `importing`: a run over files, in batches; `bulk` makes many new items at once, `placing` takes one file by itself,
  `updating` is what it changes of an item that is there.
- `exporting`: the file of an item; `writing` brings files into a `folder` that other people change too.
"""
