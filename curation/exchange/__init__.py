"""Between documents and items: one table of keys, import and export.

- `values`: what an item says, apart from any table or file.
- `keys`: the one table between the keys of a document and those values.
- `rows`: from values to the rows of the database.
- `importing` and `exporting`: the two commands' work.
"""
