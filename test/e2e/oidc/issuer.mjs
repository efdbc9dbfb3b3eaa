// An OpenID Connect issuer (oidc-provider), and what its users and clients do with it, for test/e2e/server/test_oidc.py:
//   node issuer.mjs [CERT KEY]     with both: https
// prints {"issuer": ..., "control": ...}. The test speaks to the control address, POST with JSON; the server under test to the issuer.
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import Provider, { errors } from 'oidc-provider';
import * as oidc from 'openid-client';

const AUDIENCE = 'https://aceso.example/api';
const SCOPES = 'jobs:read jobs:write results:read patients:read';
const SECRET = 'a secret of the test that is long enough';
const [certificate, key] = process.argv.slice(2);

// what the issuer says of whom
const claims = {
    lab: { aceso_role: 'integrator' },
    doctor: { aceso_role: 'clinician', groups: ['cardiology doctors', 'everybody'] },
    head: { aceso_role: ['auditor', 'clinician'] },
    nobody: { groups: ['everybody'] },
    visitor: { aceso_role: 'clinician', aceso_tenant: '01890000-0000-7000-8000-00000000beef' },
    administrator: { aceso_role: 'admin', realm_access: { roles: ['superuser'] } },
};

let mode = 'ok', provider, signing, keys = [];
const counts = { discovery: 0, jwks: 0 };

async function newKey(alg) {
    const pair = await generateKeyPair(alg, { extractable: true });
    return { ...(await exportJWK(pair.privateKey)), kid: crypto.randomBytes(8).toString('hex'), alg, use: 'sig' };
}

const client = (id, more) => ({ client_id: id, client_secret: SECRET, id_token_signed_response_alg: signing, redirect_uris: [], response_types: [], grant_types: ['client_credentials'], ...more });

function make(issuer) {
    const p = new Provider(issuer, {
        jwks: { keys },
        clients: [...Object.keys(claims).map(id => client(id)),
            client('portal', { redirect_uris: ['http://127.0.0.1/back'], response_types: ['code'], grant_types: ['authorization_code'] })],
        scopes: ['openid'],
        cookies: { keys: ['of the test'] },
        ttl: { AccessToken: 600, ClientCredentials: 600 },
        pkce: { required: () => true },
        findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
        extraTokenClaims: (ctx, token) => ({ ...claims[token.accountId ?? token.clientId], ...extra }),
        interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
        features: {
            clientCredentials: { enabled: true },
            devInteractions: { enabled: false },
            resourceIndicators: {
                enabled: true,
                defaultResource: () => AUDIENCE,
                useGrantedResource: () => true,
                getResourceServerInfo: (ctx, resource) => {
                    if (!resource.startsWith('https://'))
                        throw new errors.InvalidTarget();
                    return { scope: SCOPES, audience: resource, accessTokenFormat: 'jwt', jwt: { sign: { alg: signing } } };
                },
            },
        },
    });
    p.proxy = false;
    return p;
}
let extra = {};

// Login and consent of whoever is named by login_hint.
async function interact(q, s) {
    const { params, prompt } = await provider.interactionDetails(q, s);
    if (prompt.name === 'login')
        return provider.interactionFinished(q, s, { login: { accountId: params.login_hint } });
    const grant = new provider.Grant({ accountId: params.login_hint, clientId: params.client_id });
    grant.addOIDCScope('openid');
    grant.addResourceScope(AUDIENCE, SCOPES);
    return provider.interactionFinished(q, s, { consent: { grantId: await grant.save() } });
}

function answer(q, s) {
    if (q.url.includes('openid-configuration'))
        counts.discovery++;
    if (q.url === '/jwks')
        counts.jwks++;
    const metadata = q.url === '/jwks' || q.url.includes('openid-configuration');
    if (mode === 'down' || (mode === 'reset' && metadata))
        return q.socket.destroy();
    if (mode === 'hang' && metadata)
        return undefined;
    if (mode === 'garbage' && q.url === '/jwks')
        return s.end('<html>Please log in</html>');
    if (mode === 'error' && metadata)
        return s.writeHead(500).end();
    if (mode === 'redirect' && metadata)
        return s.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end();
    if (mode === 'endless' && q.url === '/jwks')
        return s.write('{"keys":[' + ' '.repeat(4 << 20));
    if (mode === 'other' && q.url.includes('openid-configuration'))
        return s.end(JSON.stringify({ issuer: 'https://evil.example', jwks_uri: `${issuer}/jwks` }));
    if (q.url.startsWith('/interaction/'))
        return interact(q, s);
    return provider.callback()(q, s);
}

const server = certificate ? https.createServer({ cert: fs.readFileSync(certificate), key: fs.readFileSync(key) }, answer) : http.createServer(answer);
await new Promise(done => server.listen(0, '127.0.0.1', done));
const issuer = `${certificate ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;

async function rotate({ alg = 'RS256', keep = false } = {}) {
    const fresh = await newKey(alg);
    signing = alg;
    keys = [fresh, ...(keep ? keys : [])];
    provider = make(issuer);
}
await rotate();

const discovered = id => oidc.discovery(new URL(issuer), id, SECRET, undefined, { execute: [oidc.allowInsecureRequests] });

// Code with PKCE, as a browser and a portal do it.
async function login({ account, scope = 'openid' }) {
    const config = await discovered('portal');
    const verifier = oidc.randomPKCECodeVerifier(), state = oidc.randomState(), cookies = {};
    let at = oidc.buildAuthorizationUrl(config, {
        redirect_uri: 'http://127.0.0.1/back', scope, state, login_hint: account, resource: AUDIENCE,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
    });
    for (let i = 0; i < 10 && !at.href.startsWith('http://127.0.0.1/back'); i++) {
        const r = await fetch(at, { redirect: 'manual', headers: { cookie: Object.entries(cookies).map(c => c.join('=')).join('; ') } });
        for (const c of r.headers.getSetCookie()) {
            const [name, value] = c.split(';')[0].split(/=(.*)/s);
            cookies[name] = value;
        }
        at = new URL(r.headers.get('location'), at);
    }
    const tokens = await oidc.authorizationCodeGrant(config, at, { pkceCodeVerifier: verifier, expectedState: state }, { resource: AUDIENCE });
    return { token: tokens.access_token, id_token: tokens.id_token };
}

const controls = {
    // as a client of its own; more: claims that the issuer adds
    async token({ client, scope, resource = AUDIENCE, more = {} }) {
        extra = more;
        try {
            const grant = { resource, ...(scope ? { scope } : {}) };
            return { token: (await oidc.clientCredentialsGrant(await discovered(client), grant)).access_token };
        } finally {
            extra = {};
        }
    },
    login,
    rotate: async options => (await rotate(options), { kid: keys[0].kid }),
    mode: options => ((mode = options.mode), {}),
    counts: () => counts,
    // signed by the issuer's key, or by one that is nobody's
    async sign({ header = {}, claims = {}, stranger = false }) {
        const own = stranger ? { ...(await newKey(signing)), kid: keys[0].kid } : keys[0];
        const now = Math.floor(Date.now() / 1000);
        const full = { iss: issuer, sub: 'lab', aud: AUDIENCE, iat: now, exp: now + 300, aceso_role: 'integrator', ...claims };
        for (const name of Object.keys(full))
            if (full[name] === null)
                delete full[name];
        const private_key = crypto.createPrivateKey({ key: own, format: 'jwk' });
        return { token: await new SignJWT(full).setProtectedHeader({ alg: own.alg, kid: own.kid, typ: 'at+jwt', ...header }).sign(private_key) };
    },
    public_key: () => ({ pem: crypto.createPublicKey({ key: keys[0], format: 'jwk' }).export({ type: 'spki', format: 'pem' }), kid: keys[0].kid }),
};

const control = http.createServer(async (q, s) => {
    try {
        let body = '';
        for await (const piece of q)
            body += piece;
        s.end(JSON.stringify(await controls[q.url.slice(1)](JSON.parse(body || '{}'))));
    } catch (e) {
        s.writeHead(500).end(String(e?.error_description ?? e?.cause?.stack ?? e?.stack ?? e));
    }
});
await new Promise(done => control.listen(0, '127.0.0.1', done));
console.log(JSON.stringify({ issuer, audience: AUDIENCE, control: control.address().port }));
process.stdin.resume().on('end', () => process.exit()); // the test is over
