"""The truth about money: accounts, entries, postings."""
