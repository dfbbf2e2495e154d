import { CreateRoleCommand, DeleteRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetPolicyCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import type { Scenario, Target } from './scenario';

interface FunctionTarget extends Target {
  readonly functionName: string;
}

/** Must survive the repair. */
const INNOCENT = 'AlarmsOfThisAccount';

/** A zip archive with one line, `export const handler = async () => 0;`: Lambda takes no function without code. */
const CODE = Buffer.from(
  'UEsDBBQAAAAAAAAAIQAXLpx3JgAAACYAAAAJAAAAaW5kZXgubWpzZXhwb3J0IGNvbnN0IGhhbmRsZXIgPSBhc3luYyAoKSA9PiAwOwpQSwECFAMUAAAAAAAAACEAFy6cdyYAAAAmAAAACQAAAAAAAAAAAAAAgAEAAAAAaW5kZXgubWpzUEsFBgAAAAABAAEANwAAAE0AAAAAAA==',
  'base64',
);

/** A role that was just made cannot be taken at once (IAM is eventually consistent). */
const TRIES = 8;

export const functionOpened: Scenario<FunctionTarget> = {
  id: 'function-opened',
  title: 'A function may be called by everybody',
  operation: 'AddPermission',
  remediation: 'lambda-function-public-policy',

  async prepare({ client, suffix, account, partition, region }) {
    const functionName = `bulwark-drill-${suffix}`;
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    };
    const { Role: role } = await client(IAMClient).send(
      new CreateRoleCommand({ RoleName: functionName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    const lambda = client(LambdaClient);
    const create = new CreateFunctionCommand({
      FunctionName: functionName,
      Role: role?.Arn,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: CODE },
    });
    for (let attempt = 1; ; attempt += 1) {
      try {
        await lambda.send(create);
        break;
      } catch (error) {
        const isEarly = error instanceof Error && error.name === 'InvalidParameterValueException';
        if (!isEarly || attempt === TRIES) throw error;
        await new Promise((resolve) => setTimeout(resolve, attempt * 1_000));
      }
    }
    await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 60 }, { FunctionName: functionName });
    await lambda.send(
      new AddPermissionCommand({
        FunctionName: functionName,
        StatementId: INNOCENT,
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceAccount: account,
      }),
    );
    const arn = `arn:${partition}:lambda:${region}:${account}:function:${functionName}`;
    return { functionName, name: functionName, arn };
  },

  async attack({ client }, { functionName }) {
    await client(LambdaClient).send(
      new AddPermissionCommand({
        FunctionName: functionName,
        StatementId: 'Everybody',
        Action: 'lambda:InvokeFunction',
        Principal: '*',
      }),
    );
  },

  async verify({ client }, { functionName }) {
    const { Policy = '{}' } = await client(LambdaClient).send(new GetPolicyCommand({ FunctionName: functionName }));
    const { Statement: statements = [] } = JSON.parse(Policy) as { Statement?: Array<{ Sid?: string }> };
    const names = statements.map(({ Sid }) => Sid ?? '?');
    return { secure: names.length === 1 && names[0] === INNOCENT, evidence: `GetPolicy: ${names.join(', ')}` };
  },

  async clean({ client }, { functionName }) {
    await client(LambdaClient).send(new DeleteFunctionCommand({ FunctionName: functionName }));
    await client(IAMClient).send(new DeleteRoleCommand({ RoleName: functionName }));
  },
};
