// An OAuth server that none of us wrote: the npm package oidc-provider, with one grant added.
//
// Takes its settings as JSON in argv[2]: { scope, redirectUri, secret, keys } where `keys` are the
// public keys of the clients that sign. Prints its port as JSON, and ends when stdin does.

import { createServer } from "node:http";
import { createLocalJWKSet, jwtVerify } from "jose";
import Provider, { errors } from "oidc-provider";

const { scope, redirectUri, secret, keys } = JSON.parse(process.argv[2]);
const RESOURCE = "urn:fusion";
const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";
const resourceServer = {
  scope,
  audience: RESOURCE,
  accessTokenFormat: "jwt",
  accessTokenTTL: 3600,
  jwt: { sign: { alg: "RS256" } },
};

const http = createServer();
await new Promise((listening) => http.listen(0, "127.0.0.1", listening));
const { port } = http.address();
const issuer = `http://127.0.0.1:${port}`;

const client = {
  response_types: ["code"],
  redirect_uris: [redirectUri],
  grant_types: ["authorization_code", "refresh_token", DEVICE_CODE],
};
const confidential = {
  ...client,
  client_secret: secret,
  grant_types: [...client.grant_types, "client_credentials", JWT_BEARER],
};
const provider = new Provider(issuer, {
  clients: [
    { ...confidential, client_id: "basic", jwks: { keys } },
    { ...confidential, client_id: "post", token_endpoint_auth_method: "client_secret_post" },
    {
      ...confidential,
      client_id: "signing",
      client_secret: undefined,
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: "RS256",
      jwks: { keys },
    },
    { ...client, client_id: "public", token_endpoint_auth_method: "none" },
  ],
  pkce: { required: () => true },
  rotateRefreshToken: true,
  async findAccount(context, id) {
    return { accountId: id, claims: async () => ({ sub: id }) };
  },
  features: {
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    devInteractions: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      useGrantedResource: () => true,
      getResourceServerInfo: () => resourceServer,
    },
  },
});

// The package's own InvalidGrant keeps its reason to itself.
const notGranted = (reason) => new errors.CustomOIDCProviderError("invalid_grant", reason);

// RFC 7523 section 3: whose signature, for whom, for how long, and only once.
async function grantForAssertion(context) {
  const { client: asking, params } = context.oidc;
  let claims;
  try {
    ({ payload: claims } = await jwtVerify(
      params.assertion ?? "",
      createLocalJWKSet({ keys }),
      {
        algorithms: ["RS256"],
        issuer: asking.clientId,
        audience: `${issuer}/token`,
        typ: "JWT",
        maxTokenAge: "5 minutes",
        requiredClaims: ["sub", "prn", "exp", "jti"],
      },
    ));
  } catch (problem) {
    throw notGranted(problem.message);
  }
  if (!(await provider.ReplayDetection.unique(asking.clientId, claims.jti, claims.exp))) {
    throw notGranted("the assertion was used before");
  }
  if (claims.prn !== claims.sub) {
    throw notGranted("sub and prn differ");
  }
  if (params.scope !== scope) {
    throw new errors.InvalidScope("requested scope is not allowed", params.scope);
  }
  const grant = new provider.Grant({ accountId: claims.sub, clientId: asking.clientId });
  grant.addResourceScope(RESOURCE, scope);
  const token = new provider.AccessToken({
    accountId: claims.sub,
    client: asking,
    grantId: await grant.save(),
    gty: "jwt_bearer",
    scope,
  });
  token.resourceServer = new provider.ResourceServer(RESOURCE, resourceServer);
  context.body = {
    access_token: await token.save(),
    expires_in: token.expiration,
    token_type: token.tokenType,
    scope,
  };
}

provider.registerGrantType(JWT_BEARER, grantForAssertion, ["assertion", "scope"]);
http.on("request", provider.callback());
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
console.log(JSON.stringify({ port }));
