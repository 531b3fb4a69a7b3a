"""What another bureau has answered (信息比对) becomes rows about persons: a sheet in, findings and what is wrong out.

The sheet is read as a roster's is (`schemas.roster.sheet`, `cells`). `words` knows columns, sources and the field
names that screens show, `problems` has the words for whatever is wrong. `reader.read_data_check` is the door.
"""
