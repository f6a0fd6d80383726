"""OAuth 2.0: how access tokens for Fusion are had.

grants   asking the token endpoint, one function for each grant
tokens   one access token that all share, kept until shortly before it expires
claims   what an access token says of its owner, for display
"""
