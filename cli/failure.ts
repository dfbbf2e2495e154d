/** Which call of AWS an error came from. */
interface Call {
  readonly service: string;
  readonly operation: string;
  readonly region: string;
}

type Handler = (args: never) => Promise<unknown>;
interface Watched {
  readonly middlewareStack: {
    add(
      middleware: (next: Handler, context: { readonly clientName?: string; readonly commandName?: string }) => Handler,
      options: { readonly step: 'initialize'; readonly name: string; readonly override: true },
    ): void;
  };
}

const calls = new WeakMap<object, Call>();

/** Lets the errors of a client of the AWS SDK be told with the call they came from, which they do not name themselves. */
export function watched<C>(client: C, region: string): C {
  (client as Watched).middlewareStack.add(
    (next, { clientName = 'AWS', commandName = 'call' }) =>
      async (args) => {
        try {
          return await next(args);
        } catch (error) {
          const [service, operation] = [clientName.replace(/Client$/, ''), commandName.replace(/Command$/, '')];
          if (error instanceof Error) calls.set(error, { service, operation, region });
          throw error;
        }
      },
    { step: 'initialize', name: 'bulwarkWatched', override: true },
  );
  return client;
}

const NO_CREDENTIALS = ['CredentialsProviderError', 'TokenProviderError', 'ProviderError'];
const EXPIRED = ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'];
const UNKNOWN_CREDENTIALS = [
  'AuthFailure',
  'IncompleteSignature',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
];
const DENIED = /AccessDenied|UnauthorizedOperation|NotAuthorized|AuthorizationError|KMS.*Denied/;
const BUSY = /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown/;
const UNREACHABLE =
  /^(ECONN|ENOTFOUND$|EAI_|ETIMEDOUT$|EHOSTUNREACH$|ENETUNREACH$|EPIPE$|EPROTO$|CERT_|UNABLE_TO_|DEPTH_|ERR_TLS)/;

/** What went wrong, where, and what to do, in one sentence for the person who called. Undefined for what is nobody's fault but ours. */
export function sentence(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const call = calls.get(error);
  const { name, message } = error;
  const told = message.replaceAll(/\s+/g, ' ').trim();
  const code = codeOf(error);
  const where = call === undefined ? 'AWS' : `${call.service} ${call.operation} in ${call.region}`;

  if (/Region is missing/.test(told))
    return 'No Region is known: give --region, set AWS_REGION, or look at AWS_PROFILE.';
  if (NO_CREDENTIALS.includes(name)) {
    return `There are no AWS credentials to call with (${ended(told)}): sign in, or set AWS_PROFILE.`;
  }
  if (EXPIRED.includes(name)) return 'The AWS credentials have expired: sign in again.';
  if (UNKNOWN_CREDENTIALS.includes(name)) {
    return `AWS does not accept these credentials (${where}: ${name}): look at AWS_PROFILE and the other AWS_ variables.`;
  }
  if (DENIED.test(name)) {
    return `Access denied (${where}): ${ended(told)}. Whoever deployed it gives such rights by grantView, grantApprove and the like of AutoRemediation.`;
  }
  if (BUSY.test(name)) return `AWS takes no more calls for now (${where}): try again in a minute.`;
  if (name === 'TimeoutError' || UNREACHABLE.test(code)) {
    const endpoint = process.env.AWS_ENDPOINT_URL;
    const at = endpoint === undefined ? '' : ` at ${endpoint}`;
    return `AWS does not answer${at} (${where}: ${code || ended(told)}): look at the network, at --region and at AWS_ENDPOINT_URL.`;
  }
  return call === undefined ? undefined : `${where} failed: ${name}: ${ended(told)}.`;
}

/** A connection that was tried at several addresses fails with one error for each of them. */
function codeOf(error: Error): string {
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return code;
  return error instanceof AggregateError && error.errors[0] instanceof Error ? codeOf(error.errors[0]) : '';
}

function ended(text: string): string {
  return text.replace(/[.\s]+$/, '');
}
