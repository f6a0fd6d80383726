"""OAuth 2.0: how access tokens for Fusion are had.

grants         what a token request says, one function for each grant
token_request  asking the token endpoint, and reading its reply
endpoint       the token endpoint, and how the client proves there who it is
assertions     what the bot signs: who a person is, and who the client is
refusals       how an identity domain says no, as sentences
authorize      signing in in a browser, with PKCE
device         signing in on another device, with a code
revocation     taking a token back
tokens         one access token that all share, kept until shortly before it expires
claims         what an access token says of its owner
who            which Fusion user a person in Slack is, and whether a token is that user's
grant_types    OAuth's names
"""
