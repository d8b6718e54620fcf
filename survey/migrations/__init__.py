"""The history of the tables: one file a revision in versions/, run by `survey.migrate`."""
