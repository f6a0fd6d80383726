"""OAuth 2.0: how access tokens for Fusion are had.

grants         what a token request says, one function for each grant
token_request  asking the token endpoint, and reading its reply
endpoint       the token endpoint, and how the client proves there who it is
assertions     what the bot signs: who a person is, and who the client is
refusals       how an identity domain says no, as sentences
authorize      signing in in a browser, with PKCE
device         signing in on another device, with a code
revocation     taking a token back
tokens         an access token, and when it is time for the next one
obtaining      how each kind of grant comes to a token, and to the one after it
keeping        one token for each person or one for all: kept, renewed by one caller; kept_token
assertion_files  SAML assertions that others make
sign_in_row    a sign-in that was begun, as it is kept
browser_sign_in  by authorization code: link, callback, confirmation; sign_in_pages, sign_in_routes
device_sign_in   by device code: codes, and asking whether they were typed
identities     who is signed in, and how they act: what Slack's side sees of all this
claims         what an access token says of its owner
who            which Fusion user a person in Slack is, and whether a token is that user's
grant_types    OAuth's names
"""
