"""Signed records: the activity log and the county status report. Open; never edited, only corrected or taken back."""
