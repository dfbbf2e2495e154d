import { randomUUID } from 'node:crypto';
import { kmsExtras, requestParameters, s3Extras } from './cloudtrail-request';
import { responseElements } from './cloudtrail-response';
import { API_VERSIONS, DATA_PLANE, EVENT_NAMES, EVENT_SOURCES, GLOBAL_SERVICES } from './cloudtrail-tables';
import { type Caller, roleId } from './identity';
import { ACCOUNT_ID, type ApiRequest, type ApiResponse, type Json, type Understanding } from './types';

/** A call that was made, with its answer. */
export interface CompletedCall {
  readonly caller: Caller;
  readonly request: ApiRequest;
  readonly understanding: Understanding;
  readonly response: ApiResponse;
  readonly time: Date;
}

export interface CloudTrailRecord extends Json {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventSource: string;
  readonly awsRegion: string;
}

/** Whether EventBridge hears of a call: it succeeded, it changed something, and it is not data plane. */
export function isDelivered({ understanding, response }: CompletedCall): boolean {
  const { service, operation, mutating } = understanding;
  return mutating && response.status < 300 && !(DATA_PLANE[service]?.test(operation) ?? false);
}

/**
 * The record that CloudTrail would write.
 *
 * Source: AWS CloudTrail User Guide, "CloudTrail record contents for management, data, and network activity events"
 * (eventVersion 1.11), and "CloudTrail userIdentity element".
 */
export function toRecord(call: CompletedCall): CloudTrailRecord {
  const { understanding, request, response, caller, time } = call;
  const { service, operation } = understanding;
  const requestID = requestIdOf(response);
  const isS3 = service === 's3' || service === 's3control';
  return {
    eventVersion: '1.11',
    userIdentity: userIdentity(caller),
    eventTime: seconds(time),
    eventSource: `${EVENT_SOURCES[service] ?? service}.amazonaws.com`,
    eventName: EVENT_NAMES[service]?.[operation] ?? operation,
    awsRegion: GLOBAL_SERVICES.has(service) ? 'us-east-1' : understanding.region,
    sourceIPAddress: request.remoteAddress,
    userAgent: isS3 ? `[${request.headers['user-agent'] ?? '-'}]` : (request.headers['user-agent'] ?? '-'),
    requestParameters: requestParameters(call),
    responseElements: responseElements(call),
    ...(isS3 && s3Extras(call)),
    ...(service === 'kms' && kmsExtras(call)),
    requestID,
    eventID: randomUUID(),
    readOnly: false,
    eventType: 'AwsApiCall',
    ...(service in API_VERSIONS && { apiVersion: API_VERSIONS[service] }),
    managementEvent: true,
    recipientAccountId: ACCOUNT_ID,
    eventCategory: 'Management',
  };
}

function userIdentity(caller: Caller): Json {
  const { role } = caller;
  const common = {
    principalId: caller.principalId,
    arn: caller.arn,
    accountId: caller.accountId,
    accessKeyId: caller.accessKeyId,
  };
  if (!role) {
    return { type: 'IAMUser', ...common, userName: caller.userName };
  }
  return {
    type: 'AssumedRole',
    ...common,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: roleId(role.roleArn),
        arn: role.roleArn,
        accountId: caller.accountId,
        userName: role.roleName,
      },
      attributes: { creationDate: seconds(role.issuedAt), mfaAuthenticated: 'false' },
    },
  };
}

function seconds(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function requestIdOf(response: ApiResponse): string {
  const header = response.headers['x-amzn-requestid'] ?? response.headers['x-amz-request-id'];
  const inBody = /<requestId>([^<]+)<\/requestId>/i.exec(response.body.toString('utf8', 0, 100_000))?.[1];
  return (Array.isArray(header) ? header[0] : header) ?? inBody ?? randomUUID();
}
