import { GetEventSourceMappingCommand, GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type Reader, tagsOfMap } from './reader';

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
    // Asked for by name or ARN, answered by ARN.
    FunctionName: found.FunctionArn?.endsWith(`:${properties['FunctionName']}`)
      ? properties['FunctionName']
      : found.FunctionArn,
    Enabled: found.State === 'Enabled' || found.State === 'Enabling',
    EventSourceArn: found.EventSourceArn,
    FilterCriteria: found.FilterCriteria,
    FunctionResponseTypes: found.FunctionResponseTypes,
    MaximumBatchingWindowInSeconds: found.MaximumBatchingWindowInSeconds,
    ScalingConfig: found.ScalingConfig,
  };
};
