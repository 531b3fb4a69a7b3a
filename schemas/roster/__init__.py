"""The county's roster of last year becomes households to verify: a sheet in, writes and a list of what is wrong out.

`sheet` reads .xlsx and .csv into cells, `columns` finds the table in it, `households` groups the rows,
`cells` and `id_number` understand one value each, `totals` compares with the sheet's own 合计,
`problems` has the words for whatever is wrong. `reader.read_roster` is the door.
"""
