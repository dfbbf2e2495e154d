import {
  GetEventSourceMappingCommand,
  GetFunctionCommand,
  GetPolicyCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { isObject, listOf, parsed } from '../compare';
import { orNothing, type Reader, tagsOfMap } from './reader';

export const fn: Reader = async ({ physicalId: FunctionName }, ask) => {
  const answer = await ask.client(LambdaClient).send(new GetFunctionCommand({ FunctionName }));
  const found = answer.Configuration;
  return {
    FunctionName: found?.FunctionName,
    Architectures: found?.Architectures,
    DeadLetterConfig: found?.DeadLetterConfig,
    Description: found?.Description,
    Environment: { Variables: found?.Environment?.Variables },
    EphemeralStorage: found?.EphemeralStorage,
    Handler: found?.Handler,
    KmsKeyArn: found?.KMSKeyArn,
    LoggingConfig: found?.LoggingConfig,
    MemorySize: found?.MemorySize,
    ReservedConcurrentExecutions: answer.Concurrency?.ReservedConcurrentExecutions,
    Role: found?.Role,
    Runtime: found?.Runtime,
    Timeout: found?.Timeout,
    TracingConfig: found?.TracingConfig,
    Tags: tagsOfMap(answer.Tags),
  };
};

export const eventSourceMapping: Reader = async ({ physicalId: UUID, properties }, ask) => {
  const found = await ask.client(LambdaClient).send(new GetEventSourceMappingCommand({ UUID }));
  return {
    BatchSize: found.BatchSize,
    FunctionName: asAsked(found.FunctionArn, properties['FunctionName']),
    Enabled: found.State === 'Enabled' || found.State === 'Enabling',
    EventSourceArn: found.EventSourceArn,
    FilterCriteria: found.FilterCriteria,
    FunctionResponseTypes: found.FunctionResponseTypes,
    MaximumBatchingWindowInSeconds: found.MaximumBatchingWindowInSeconds,
    ScalingConfig: found.ScalingConfig,
  };
};

/** One statement of the function's policy, which is known by its id. */
export const permission: Reader = async ({ physicalId, properties }, ask) => {
  const FunctionName = String(properties['FunctionName']);
  const answer = await orNothing(
    ask.client(LambdaClient).send(new GetPolicyCommand({ FunctionName })),
    'ResourceNotFoundException',
  );
  const policy = parsed(answer?.Policy);
  const statement = listOf(isObject(policy) ? policy['Statement'] : [])
    .filter(isObject)
    .find((each) => each['Sid'] === physicalId);
  const tested = (key: string) => conditionValue(statement?.['Condition'], key);
  return {
    Action: statement?.['Effect'] === 'Allow' ? statement['Action'] : undefined,
    EventSourceToken: tested('lambda:EventSourceToken'),
    FunctionName: asAsked(statement?.['Resource'], properties['FunctionName']),
    FunctionUrlAuthType: tested('lambda:FunctionUrlAuthType'),
    InvokedViaFunctionUrl: tested('lambda:InvokedViaFunctionUrl'),
    Principal: principalOf(statement?.['Principal'], properties['Principal']),
    PrincipalOrgID: tested('aws:PrincipalOrgID'),
    SourceAccount: tested('aws:SourceAccount'),
    SourceArn: tested('aws:SourceArn'),
  };
};

/** A function is asked for by name or ARN, and answered by ARN. */
function asAsked(arn: unknown, asked: unknown): unknown {
  return typeof arn === 'string' && arn.endsWith(`:${asked}`) ? asked : arn;
}

/** An account is asked for by its number, and answered by the ARN of its root. */
function principalOf(principal: unknown, asked: unknown): unknown {
  const [found] = isObject(principal) ? Object.values(principal) : [principal];
  return typeof found === 'string' && found.endsWith(`::${asked}:root`) ? asked : found;
}

/** Condition keys are case-insensitive (IAM User Guide, "Condition keys"). */
function conditionValue(condition: unknown, key: string): unknown {
  const tests = isObject(condition) ? Object.values(condition).filter(isObject) : [];
  return tests.flatMap((test) => Object.entries(test)).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}
