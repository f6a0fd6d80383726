"""What is kept: rows and time; nothing of Slack, Oracle or the rules.

rows    the rows, as frozen records: columns that are queried, and a body that is not read here
store   the port: a Protocol whose docstrings are the contract
sqlite  the embedded engine
crypto  sealing of bodies at rest
"""
