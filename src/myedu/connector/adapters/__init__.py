"""Foreign journals, each served as the contract: one folder a system, the same file names in each.

`__main__` its commands, `models` their shapes, `source` where the answers come from, `translate` their words
as ours, `system` the journal that connector_app serves, `package` its export. What a folder has beside these
is a trouble of that one system. `program` is what their commands share.
"""
