// One execution environment of a function: loads the handler once, then runs one event at a time.
// Requests come as JSON lines on standard input, log lines and answers leave as JSON lines on the descriptor that the
// first argument names.

import { createWriteStream, existsSync } from 'node:fs';
import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import readline from 'node:readline';
import { pathToFileURL } from 'node:url';
import util from 'node:util';

const channel = createWriteStream('', { fd: Number(process.argv[2]) });
const send = (message) => channel.write(`${JSON.stringify(message)}\n`);

// The SDK puts buckets and account ids in front of the host (`bucket.localhost`), which resolvers do not know everywhere.
const lookup = dns.lookup;
const isLocal = (host) => host === 'localhost' || String(host).endsWith('.localhost');
dns.lookup = (host, options, callback) => {
  const done = typeof options === 'function' ? options : callback;
  if (!isLocal(host)) {
    return lookup(host, options, callback);
  }
  const all = typeof options === 'object' && options?.all;
  process.nextTick(() => (all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)));
};

// Custom resources answer to CloudFormation by https without looking at the URL's scheme.
const request = https.request;
https.request = (...args) => {
  const host =
    args[0] instanceof URL || typeof args[0] === 'string'
      ? new URL(args[0]).hostname
      : (args[0]?.hostname ?? args[0]?.host);
  if (!isLocal(host)) {
    return request(...args);
  }
  const callback = new URL(process.env.AWS_ENDPOINT_URL);
  const options = args[0] instanceof URL || typeof args[0] === 'string' ? { path: new URL(args[0]).pathname } : args[0];
  return http.request(
    { ...options, protocol: 'http:', agent: undefined, hostname: '127.0.0.1', port: callback.port },
    args.at(-1),
  );
};
syncBuiltinESMExports();

let current = { awsRequestId: '' };
const json = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
const write = (text) => {
  for (const line of String(text).replace(/\n$/, '').split('\n')) {
    send({ log: line });
  }
};
process.stdout.write = (text, encoding, callback) => {
  write(Buffer.isBuffer(text) ? text.toString() : text);
  (typeof encoding === 'function' ? encoding : callback)?.();
  return true;
};
process.stderr.write = process.stdout.write;
const say =
  (level) =>
  (...args) => {
    const message = util.format(...args);
    const timestamp = new Date().toISOString();
    if (json) {
      const value = args.length === 1 && typeof args[0] === 'object' ? args[0] : message;
      send({ log: JSON.stringify({ timestamp, level, requestId: current.awsRequestId, message: value }) });
    } else {
      send({ log: `${timestamp}\t${current.awsRequestId}\t${level}\t${message}` });
    }
  };
Object.assign(console, {
  log: say('INFO'),
  info: say('INFO'),
  warn: say('WARN'),
  error: say('ERROR'),
  debug: say('DEBUG'),
  trace: say('TRACE'),
});

const describe = (error) => ({
  errorType: error?.name ?? 'Error',
  errorMessage: error?.message ?? String(error),
  trace: (error?.stack ?? '').split('\n'),
});

async function load() {
  const [file, ...names] = splitHandler(process.env._HANDLER);
  const base = path.resolve(process.env.LAMBDA_TASK_ROOT, file);
  const found = ['.mjs', '.js', '.cjs'].map((extension) => base + extension).find((candidate) => existsSync(candidate));
  if (!found) {
    throw Object.assign(new Error(`Cannot find module '${file}'`), { name: 'Runtime.ImportModuleError' });
  }
  const module = await import(pathToFileURL(found).href);
  const handler =
    names.reduce((value, name) => value?.[name], module) ??
    names.reduce((value, name) => value?.[name], module.default);
  if (typeof handler !== 'function') {
    throw Object.assign(new Error(`${process.env._HANDLER} is undefined or not exported`), {
      name: 'Runtime.HandlerNotFound',
    });
  }
  return handler;
}

/** `dir/index.handler` is file `dir/index` and export `handler`. */
function splitHandler(handler) {
  const [name, ...rest] = path.basename(handler).split('.');
  return [path.join(path.dirname(handler), name), ...rest];
}

let loading;
async function run({ id, event, context, deadline, credentials }) {
  Object.assign(process.env, credentials);
  current = { ...context, awsRequestId: id, callbackWaitsForEmptyEventLoop: true };
  current.getRemainingTimeInMillis = () => Math.max(0, deadline - Date.now());
  try {
    loading ??= load();
    const handler = await loading;
    const result = await new Promise((resolve, reject) => {
      const done = (error, value) => (error ? reject(error) : resolve(value));
      Object.assign(current, { succeed: resolve, fail: reject, done });
      const returned = handler(event, current, done);
      if (typeof returned?.then === 'function') {
        returned.then(resolve, reject);
      } else if (handler.length < 3 && returned !== undefined) {
        resolve(returned);
      } else if (handler.length < 3) {
        resolve(null);
      }
    });
    send({ id, result: result ?? null });
  } catch (error) {
    say('ERROR')('Invoke Error', describe(error));
    send({ id, error: describe(error) });
  }
}

process.on('uncaughtException', (error) => {
  say('ERROR')('Uncaught Exception', describe(error));
  channel.end(`${JSON.stringify({ id: current.awsRequestId, error: describe(error), fatal: true })}\n`, () =>
    process.exit(1),
  );
});
readline
  .createInterface({ input: process.stdin })
  .on('line', (line) => run(JSON.parse(line)))
  // The emulator is gone: there is nobody to work for.
  .on('close', () => process.exit(0));
