// An independent OAuth server with the paths of Telnyx's: oidc-provider on a free loopback port. It gives every consent
// automatically, and prints its issuer as one line of JSON.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const server = createServer((req, res) => handle(req, res));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'service',
      client_secret: 'a secret with / and + and :',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    },
    {
      client_id: 'web',
      client_secret: 'web-secret',
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: ['https://app.example/callback'],
    },
  ],
  cookies: { keys: ['only for tests'] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    registration: { enabled: true },
  },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  issueRefreshToken: async (_, client) => client.grantTypeAllowed('refresh_token'),
  pkce: { required: () => true },
  rotateRefreshToken: true,
  routes: { authorization: '/v2/oauth/authorize', token: '/v2/oauth/token', registration: '/v2/oauth/register' },
  scopes: ['messaging.read', 'messaging.write'],
  ttl: { AccessToken: 600, ClientCredentials: 600, Grant: 3600, Interaction: 600, Session: 3600, RefreshToken: 3600 },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
});
const callback = provider.callback();

async function handle(req, res) {
  if (req.url === '/.well-known/oauth-authorization-server') {
    req.url = '/.well-known/openid-configuration'; // RFC 8414, section 5: the same document
  }
  if (!req.url.startsWith('/interaction/')) {
    return callback(req, res);
  }
  try {
    const { prompt, params } = await provider.interactionDetails(req, res);
    let result = { login: { accountId: 'ann' } };
    if (prompt.name === 'consent') {
      const grant = new provider.Grant({ accountId: 'ann', clientId: params.client_id });
      grant.addOIDCScope(params.scope);
      result = { consent: { grantId: await grant.save() } };
    }
    await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: true });
  } catch (error) {
    res.statusCode = 500;
    res.end(String(error));
  }
}

console.log(JSON.stringify({ issuer }));
