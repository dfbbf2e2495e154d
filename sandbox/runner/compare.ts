/**
 * Whether what was read back is what the template asked for. Services add defaults, so an object may say more than was asked;
 * a list may not. Numbers and booleans may come back as text, and lists in another order.
 */
export function matches(expected: unknown, actual: unknown): boolean {
  if (Array.isArray(expected)) return Array.isArray(actual) && matchesInAnyOrder(expected, actual);
  if (isObject(expected)) {
    return isObject(actual) && Object.entries(expected).every(([key, value]) => matches(value, actual[key]));
  }
  // An empty text is how templates say "none", which services answer by saying nothing.
  if (expected === '' && actual === undefined) return true;
  if (isScalar(expected)) return isScalar(actual) && String(expected) === String(actual);
  return expected === actual;
}

function matchesInAnyOrder(expected: readonly unknown[], actual: readonly unknown[]): boolean {
  if (expected.length !== actual.length) return false;
  const left = [...actual];
  return expected.every((item) => {
    const index = left.findIndex((candidate) => matches(item, candidate));
    if (index < 0) return false;
    left.splice(index, 1);
    return true;
  });
}

/** A policy in one form: what IAM takes as one value or as a list is a list, conditions included. */
export function canonicalPolicy(policy: unknown): unknown {
  if (!isObject(policy)) return policy;
  const statements = listOf(policy['Statement']).map((statement) => {
    if (!isObject(statement)) return statement;
    return Object.fromEntries(
      Object.entries(statement).map(([key, value]) => {
        if (/^(Not)?(Action|Resource)$/.test(key)) return [key, listOf(value)];
        if (/^(Not)?Principal$/.test(key)) return [key, canonicalPrincipal(value)];
        if (key === 'Condition' && isObject(value)) return [key, mapValues(value, (tests) => canonicalTests(tests))];
        return [key, value];
      }),
    );
  });
  return { ...policy, Statement: statements };
}

/** `"*"` and `{"AWS": "*"}` are the same principal (IAM User Guide, "AWS JSON policy elements: Principal"). */
function canonicalPrincipal(principal: unknown): unknown {
  if (principal === '*') return { AWS: ['*'] };
  return isObject(principal) ? mapValues(principal, listOf) : principal;
}

function canonicalTests(tests: unknown): unknown {
  return isObject(tests) ? mapValues(tests, (values) => listOf(values).map(String)) : tests;
}

/** Properties that hold a policy in any of the types that are read back. */
const POLICIES = new Set(['PolicyDocument', 'AssumeRolePolicyDocument', 'KeyPolicy']);

/** Policies inside, at any depth, in one form; everything else as it is. */
export function canonical(value: unknown, key = ''): unknown {
  if (POLICIES.has(key)) return canonicalPolicy(typeof value === 'string' ? parsed(value) : value);
  if (Array.isArray(value)) return value.map((item) => canonical(item));
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, canonical(item, name)]));
  }
  return value;
}

/** JSON as text or as it is; text that is none stays text. */
export function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function mapValues(object: Readonly<Record<string, unknown>>, change: (value: unknown) => unknown) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
