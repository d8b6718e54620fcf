"""Responses from elsewhere: paper forms and older rounds, from a CSV file into the urn of a round.

`table` reads the file, `columns` says what each column means, `cells` turns a cell into an answer, `read` puts the
three together and collects every fault, `store` seals what was read into the urn.
"""
