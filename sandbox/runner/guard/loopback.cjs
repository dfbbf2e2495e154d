// @ts-check
/**
 * Loaded before anything else in every Node process of the sandbox (`NODE_OPTIONS=--require`): no socket of the process gets
 * further than loopback, whatever the environment, a profile or a library default says. A name is never looked up by DNS,
 * because a query is a packet too; `*.localhost`, which S3 Control puts its account before, is loopback by RFC 6761.
 */
'use strict';

const { appendFileSync } = require('node:fs');
const dgram = require('node:dgram');
const dns = require('node:dns');
const net = require('node:net');

/** @param {unknown} host */
function isLoopback(host) {
  const name = String(host)
    .toLowerCase()
    .replace(/^\[|\]$|\.$/g, '');
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    (net.isIPv4(name) && name.startsWith('127.')) ||
    name.startsWith('::ffff:127.')
  );
}

/**
 * @param {string} what
 * @param {unknown} host
 */
function refusal(what, host) {
  const message = `The sandbox refused ${what} ${host}: nothing of it leaves this machine.`;
  if (process.env.BULWARK_REFUSED_LOG) {
    try {
      const entry = {
        time: new Date().toISOString(),
        pid: process.pid,
        what,
        host: String(host),
        argv: process.argv[1],
      };
      appendFileSync(process.env.BULWARK_REFUSED_LOG, `${JSON.stringify(entry)}\n`);
    } catch {
      // Refusing matters more than writing it down.
    }
  }
  return Object.assign(new Error(message), { code: 'EACCES', syscall: 'connect' });
}

/**
 * @param {string} _hostname
 * @param {any} options
 * @param {any} [callback]
 */
function lookupLoopback(_hostname, options, callback) {
  const done = typeof options === 'function' ? options : callback;
  const all = typeof options === 'object' && options?.all;
  process.nextTick(() => (all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)));
}

const connect = net.Socket.prototype.connect;
/**
 * @this {net.Socket}
 * @param {...any} args
 */
net.Socket.prototype.connect = function guardedConnect(...args) {
  // Node hands its own callers' arguments on as one array: [options, callback].
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  const options = typeof first === 'object' && first !== null ? first : undefined;
  // As Node decides it: an https request has a path too, which is null.
  const isPath = options ? Boolean(options.path) : typeof first === 'string' && Number.isNaN(Number(first));
  if (isPath) return connect.apply(this, /** @type {any} */ (args));
  const host = (options ? options.host : typeof second === 'string' ? second : undefined) ?? 'localhost';
  if (!isLoopback(host)) {
    const error = refusal('a connection to', host);
    process.nextTick(() => this.destroy(error));
    return this;
  }
  if (options && !net.isIP(host)) options.lookup = lookupLoopback;
  return connect.apply(this, /** @type {any} */ (args));
};

const lookup = dns.lookup;
/** @type {any} */ (dns).lookup = Object.assign(
  /** @type {any} */ (
    function guardedLookup(/** @type {string} */ hostname, /** @type {any} */ options, /** @type {any} */ callback) {
      if (net.isIP(hostname)) return lookup(hostname, options, callback);
      if (isLoopback(hostname)) return lookupLoopback(hostname, options, callback);
      const done = typeof options === 'function' ? options : callback;
      process.nextTick(() => done(refusal('a look-up of', hostname)));
      return {};
    }
  ),
);

/** @type {any} */ (dns.promises).lookup = async (/** @type {string} */ hostname, /** @type {any} */ options) => {
  if (!isLoopback(hostname)) throw refusal('a look-up of', hostname);
  const entry = { address: net.isIP(hostname) ? hostname : '127.0.0.1', family: net.isIPv6(hostname) ? 6 : 4 };
  return options?.all ? [entry] : entry;
};

for (const holder of [dns, dns.Resolver.prototype, dns.promises, dns.promises.Resolver.prototype]) {
  const isPromise = holder === dns.promises || holder === dns.promises.Resolver.prototype;
  for (const name of Object.getOwnPropertyNames(holder)) {
    if (!/^(resolve|reverse|lookupService)/.test(name)) continue;
    /** @type {any} */ (holder)[name] = (/** @type {any[]} */ ...args) => {
      const error = refusal('a DNS query for', args[0]);
      if (isPromise) return Promise.reject(error);
      process.nextTick(() => args.at(-1)(error));
      return {};
    };
  }
}

for (const name of /** @type {const} */ (['send', 'connect'])) {
  const original = /** @type {any} */ (dgram.Socket.prototype)[name];
  /** @type {any} */ (dgram.Socket.prototype)[name] = function guardedDatagram(/** @type {any[]} */ ...args) {
    const host = args.slice(1).find((each) => typeof each === 'string') ?? '127.0.0.1';
    if (isLoopback(host)) return original.apply(this, args);
    throw refusal('a datagram to', host);
  };
}
