import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { isRecord } from '../private/template-values';
import type { ActiveRemediation } from './remediation-settings';
import type { ResponseFunction } from './response-function';

/** Lambda's quota for all variables of a function, names and quotes included, as JSON. It cannot be raised. */
const LIMIT = 4_096;

/** What a value counts that only the deployment knows: most are ARNs or parts of them. */
const UNKNOWN = 'x'.repeat(64);

/**
 * The settings of remediations travel in variables. Lambda would refuse too many of them in the middle of a deployment.
 *
 * @internal
 * @throws Error that names what is longest
 */
export function checkEnvironment(
  scope: Construct,
  functions: readonly ResponseFunction[],
  remediations: readonly ActiveRemediation[],
): void {
  const stack = Stack.of(scope);
  const sizeOf = (value: unknown) => Buffer.byteLength(JSON.stringify(estimated(stack.resolve(value))));
  const sizes = functions.map(({ function: { environment } }) =>
    sizeOf((stack.resolve(environment) as { variables: object }).variables),
  );
  const size = Math.max(...sizes);
  if (size <= LIMIT) return;
  const [longest] = remediations
    .flatMap(({ spec, settings }) =>
      Object.entries(settings).map(([name, value]) => ({ what: `${name} of ${spec.id}`, size: sizeOf(value) })),
    )
    .sort((a, b) => b.size - a.size);
  const hint = longest === undefined ? '' : `; the longest setting is ${longest.what} with about ${longest.size}`;
  throw new Error(
    `settings, remediations and regions must fit into the ${LIMIT} bytes of variables that Lambda gives a function, got about ${size} (${scope.node.path}): shorten settings, or deploy fewer remediations or Regions${hint}`,
  );
}

/** The value with texts of likely length for what only the deployment knows. */
function estimated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(estimated);
  if (!isRecord(value)) return value;
  const [[name, argument] = []] = Object.entries(value);
  if (name === 'Fn::Join') {
    const [delimiter, parts] = argument as [string, unknown];
    const texts = estimated(parts);
    return Array.isArray(texts) ? texts.map(String).join(delimiter) : UNKNOWN;
  }
  if (name === 'Ref' || name?.startsWith('Fn::')) return UNKNOWN;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, estimated(each)]));
}
