import { randomUUID } from 'node:crypto';
import type { ApiRequest, ApiResponse } from './types';
import { escapeXml } from './xml';

/** An error that AWS would answer; `refuse` dresses it in the service's own protocol. */
export interface ServiceError {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

/** How a request speaks, and therefore how it wants to be refused. */
export type Protocol = 'ec2' | 'query' | 'rest-xml' | 's3' | 'json' | 'rest-json' | 'cbor';

const REST_XML_SERVICES = new Set(['s3control', 'cloudfront', 'route53']);

/** Tells the protocol from the request itself, because SDKs of different ages speak differently to one service. */
export function protocolOf(request: Pick<ApiRequest, 'headers'>, service: string): Protocol {
  const { headers } = request;
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') {
    return 'cbor';
  }
  if (headers['x-amz-target'] !== undefined) {
    return 'json';
  }
  if (service === 's3') {
    // S3 Control shares the signing name of S3 and is told by its account header.
    return headers['x-amz-account-id'] === undefined ? 's3' : 'rest-xml';
  }
  if (service === 'ec2') {
    return 'ec2';
  }
  if (REST_XML_SERVICES.has(service)) {
    return 'rest-xml';
  }
  return (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded') ? 'query' : 'rest-json';
}

/** Writes an error as the service itself would. */
export function refuse(protocol: Protocol, error: ServiceError): ApiResponse {
  const requestId = randomUUID();
  const code = escapeXml(error.code);
  const message = escapeXml(error.message);
  switch (protocol) {
    case 'ec2':
      return xml(
        error.status,
        requestId,
        `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors>` +
          `<RequestID>${requestId}</RequestID></Response>`,
      );
    case 's3':
      return xml(
        error.status,
        requestId,
        `<Error><Code>${code}</Code><Message>${message}</Message><RequestId>${requestId}</RequestId></Error>`,
      );
    case 'query':
    case 'rest-xml':
      return xml(
        error.status,
        requestId,
        `<ErrorResponse><Error><Type>${error.status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${code}</Code>` +
          `<Message>${message}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      );
    case 'cbor':
      return respond(error.status, requestId, cborMap({ __type: error.code, message: error.message }), {
        'content-type': 'application/cbor',
        'smithy-protocol': 'rpc-v2-cbor',
      });
    default:
      return respond(
        error.status,
        requestId,
        Buffer.from(JSON.stringify({ __type: error.code, message: error.message, Message: error.message })),
        {
          'content-type': protocol === 'json' ? 'application/x-amz-json-1.1' : 'application/json',
          'x-amzn-errortype': error.code,
        },
      );
  }
}

/** The denial, with the code that this protocol's services use for it. */
export function accessDenied(protocol: Protocol, service: string, message: string): ServiceError {
  if (protocol === 'ec2') {
    return { code: 'UnauthorizedOperation', status: 403, message };
  }
  const json = protocol === 'json' || protocol === 'rest-json' || protocol === 'cbor';
  return { code: json && service !== 'sqs' ? 'AccessDeniedException' : 'AccessDenied', status: 403, message };
}

/** Nobody we know signed this. */
export function unknownKey(protocol: Protocol): ServiceError {
  const message = 'The security token included in the request is invalid.';
  const codes: Partial<Record<Protocol, string>> = {
    s3: 'InvalidAccessKeyId',
    ec2: 'AuthFailure',
    json: 'UnrecognizedClientException',
    'rest-json': 'UnrecognizedClientException',
    cbor: 'UnrecognizedClientException',
  };
  return { code: codes[protocol] ?? 'InvalidClientTokenId', status: 403, message };
}

/** Nobody signed this. S3 takes the caller for the public, who may nothing here. */
export function unsigned(protocol: Protocol): ServiceError {
  if (protocol === 's3') {
    return { code: 'AccessDenied', status: 403, message: 'Access Denied' };
  }
  const json = protocol === 'json' || protocol === 'rest-json' || protocol === 'cbor';
  const message = 'Request is missing Authentication Token';
  return { code: json ? 'MissingAuthenticationTokenException' : 'MissingAuthenticationToken', status: 403, message };
}

export function expiredToken(protocol: Protocol): ServiceError {
  const message = 'The security token included in the request is expired';
  const json = protocol === 'json' || protocol === 'rest-json' || protocol === 'cbor';
  return { code: json ? 'ExpiredTokenException' : 'ExpiredToken', status: json ? 400 : 403, message };
}

/** The request breaks the service's model. */
export function invalidRequest(protocol: Protocol, message: string): ServiceError {
  const codes: Partial<Record<Protocol, string>> = {
    s3: 'InvalidRequest',
    ec2: 'InvalidParameterValue',
    query: 'ValidationError',
  };
  return { code: codes[protocol] ?? 'ValidationException', status: 400, message };
}

/**
 * What the services say when they are asked too often, by botocore name; the SDKs know all of them as throttling.
 * Sources: EC2 "Request throttling", S3 "Best practices design patterns", Lambda "Invoke" errors, common errors.
 */
const THROTTLES: Record<string, Pick<ServiceError, 'code' | 'status'>> = {
  ec2: { code: 'RequestLimitExceeded', status: 503 },
  s3: { code: 'SlowDown', status: 503 },
  lambda: { code: 'TooManyRequestsException', status: 429 },
};

export function throttled(protocol: Protocol, service: string): ServiceError {
  const known = THROTTLES[service] ?? {
    code: protocol === 'query' ? 'Throttling' : 'ThrottlingException',
    status: 400,
  };
  return { ...known, message: 'Rate exceeded' };
}

function xml(status: number, requestId: string, body: string): ApiResponse {
  return respond(status, requestId, Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`), {
    'content-type': 'text/xml',
  });
}

function respond(status: number, requestId: string, body: Buffer, headers: Record<string, string>): ApiResponse {
  return {
    status,
    headers: {
      ...headers,
      'x-amzn-requestid': requestId,
      'x-amz-request-id': requestId,
      'content-length': `${body.length}`,
    },
    body,
  };
}

/** A map of text to text in CBOR (RFC 8949), which is all that an error needs. */
function cborMap(entries: Record<string, string>): Buffer {
  const parts: Buffer[] = [Buffer.from([0xa0 + Object.keys(entries).length])];
  for (const text of Object.entries(entries).flat()) {
    const bytes = Buffer.from(text);
    parts.push(Buffer.from([0x79, bytes.length >> 8, bytes.length & 0xff]), bytes);
  }
  return Buffer.concat(parts);
}
