// Requests to a collector, one a line on standard input, held against OpenTelemetry's own message types: each is read into an
// ExportTraceServiceRequest and written again, and nothing may be unknown, lost or of another type. Prints the number of spans.
const fs = require('fs');
const path = require('path');
const { opentelemetry } = require(path.join(process.env.OTLP_JUDGE, 'node_modules/@opentelemetry/otlp-transformer/build/src/generated/root.js'));
const Request = opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

function same(given, kept, where) {
    if (Array.isArray(given)) {
        if (!Array.isArray(kept) || given.length !== kept.length) throw new Error(`${where}: a list of ${given.length} became ${kept}`);
        given.forEach((v, i) => same(v, kept[i], `${where}[${i}]`));
    } else if (given !== null && typeof given === 'object') {
        for (const key of Object.keys(given)) {
            if (!(key in kept)) throw new Error(`${where}.${key} is unknown`);
            same(given[key], kept[key], `${where}.${key}`);
        }
    } else if (given !== kept) {
        throw new Error(`${where}: ${given} became ${kept}`);
    }
}

let spans = 0;
for (const line of fs.readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
    const given = JSON.parse(line);
    const message = Request.fromObject(given);                  // identities are read as base64, and come back as such
    const bytes = Request.encode(message).finish();
    const kept = Request.toObject(Request.decode(bytes), { longs: String, bytes: String, arrays: true, objects: true });
    const wrong = Request.verify(message);
    if (wrong) throw new Error(wrong);
    same(given, kept, 'request');
    for (const r of given.resourceSpans) for (const s of r.scopeSpans) spans += s.spans.length;
}
console.log(`${spans} spans`);
