// What npm's ws and eventsource see of one job: node streams.mjs ADDRESS KEY JOB; one JSON line.
import { createRequire } from 'node:module';
const need = createRequire(`${process.env.LOAD_CLIENTS}/from.js`);
const { WebSocket } = need('ws');
const { EventSource } = need('eventsource');
const [address, key, job] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${key}` };

const socket = (path) => new Promise((done, fail) => {
  const seen = [];
  const ws = new WebSocket(address.replace('http', 'ws') + path, { headers, perMessageDeflate: true });
  ws.on('open', () => ws.ping());
  ws.on('pong', () => seen.push('pong'));
  ws.on('message', (m) => seen.push(JSON.parse(m)));
  ws.on('close', (code) => done({ code, pong: seen.includes('pong'), states: seen.filter((s) => s !== 'pong').map((s) => s.state ?? s.status) }));
  ws.on('error', fail);
});

// The stream ends with the job; the client comes back, as it is made to, behind the last event, and is told that there is no more.
const events = () => new Promise((done, fail) => {
  const states = [];
  const asked = [];
  const es = new EventSource(`${address}/v1/jobs/${job}/events`, {
    fetch: (url, init) => { asked.push(init.headers['Last-Event-ID'] ?? null); return fetch(url, { ...init, headers: { ...init.headers, ...headers } }); },
  });
  for (const name of ['queued', 'running', 'completed']) es.addEventListener(name, (e) => states.push([e.lastEventId, JSON.parse(e.data).state]));
  es.onerror = (e) => { if (es.readyState === EventSource.CLOSED) done({ states, asked, code: e.code }); };
  setTimeout(() => fail(new Error('eventsource')), 20000).unref();
});

const [legacy, v1, sse] = await Promise.all([socket(`/ws/${job}`), socket(`/v1/jobs/${job}/events`), events()]);
console.log(JSON.stringify({ legacy, v1, sse }));
process.exit(0);
