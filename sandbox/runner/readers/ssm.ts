import { DescribeParametersCommand, GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Reader } from './reader';

export const parameter: Reader = async ({ physicalId: Name }, ask) => {
  const ssm = ask.client(SSMClient);
  const [{ Parameter: found }, { Parameters: described }] = await Promise.all([
    ssm.send(new GetParameterCommand({ Name })),
    ssm.send(new DescribeParametersCommand({ ParameterFilters: [{ Key: 'Name', Values: [Name] }] })),
  ]);
  return {
    Name: found?.Name,
    Type: found?.Type,
    Value: found?.Value,
    Description: described?.[0]?.Description,
    AllowedPattern: described?.[0]?.AllowedPattern,
  };
};
