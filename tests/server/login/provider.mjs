/**
 * An OpenID provider (oidc-provider) on loopback: logs everybody in who types a name, and signs with a key that can be changed.
 * Says its port as one line of JSON; `POST /rotate` gives it another key.
 */

import { createServer } from 'node:http';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';

const [root, redirect, backchannel] = process.argv.slice(2);
const require = createRequire(`${root}/package.json`);
const { default: Provider } = await import(require.resolve('oidc-provider'));

const key = () => ({ ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), kid: randomBytes(6).toString('hex'), use: 'sig', alg: 'RS256' });

let keys = [key()];
let handle = null;
const server = createServer((request, response) => {
  if (request.url === '/rotate') {
    keys = [key()];
    make();
    return response.end('{}');
  }
  return handle(request, response);
});

function make() {
  const provider = new Provider(`http://127.0.0.1:${server.address().port}`, {
    clients: [
      {
        client_id: 'shop',
        client_secret: 'a secret/of+the shop',
        redirect_uris: [redirect],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        backchannel_logout_uri: backchannel,
        backchannel_logout_session_required: true,
      },
    ],
    jwks: { keys },
    cookies: { keys: ['cookie'] },
    claims: { openid: ['sub', 'sid'], email: ['email', 'email_verified'] },
    findAccount: (_, id) => ({ accountId: id, claims: async () => ({ sub: id, email: `${id}@Example.com`, email_verified: id !== 'unverified' }) }),
    features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    pkce: { required: () => true },
    fetch: (url, options) => {
      const { dispatcher, ...others } = options; // it refuses loopback addresses
      return globalThis.fetch(url, others);
    },
  });
  handle = provider.callback();
}

server.listen(0, '127.0.0.1', () => {
  make();
  console.log(JSON.stringify({ port: server.address().port }));
});
