import { functionOpened } from '../../../sandbox/scenarios/function-opened';
import { sandbox, unique } from '../../../test/e2e/deployed';
import { AddPermissionCommand, GetPolicyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ACCOUNT, REGION, orNothing, type UnitCase } from '../../../test/e2e/case';

const lambda = sandbox.client(LambdaClient);

/** How the tests of the modes make this drift, in the local AWS. */
export const unit: UnitCase<string> = {
  id: 'lambda-function-public-policy',
  make: async () => {
    const { functionName } = (await functionOpened.prepare({
      client: (Client) => sandbox.client(Client),
      account: ACCOUNT,
      region: REGION,
      partition: 'aws',
      qualifier: 'main',
      suffix: unique('e2e'),
    })) as { functionName: string };
    return functionName;
  },
  arn: (name) => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`,
  operation: 'AddPermission',
  drift: (FunctionName) =>
    lambda.send(
      new AddPermissionCommand({
        FunctionName,
        Principal: '*',
        StatementId: 'Everybody',
        Action: 'lambda:InvokeFunctionUrl',
        FunctionUrlAuthType: 'NONE',
      }),
    ),
  state: async (FunctionName) => {
    const answer = await orNothing(lambda.send(new GetPolicyCommand({ FunctionName })), 'ResourceNotFoundException');
    const { Statement = [] } = JSON.parse(answer?.Policy ?? '{}') as { Statement?: Array<{ Sid: string }> };
    return Statement.sort((a, b) => (a.Sid < b.Sid ? -1 : 1));
  },
  change: (FunctionName) =>
    lambda.send(
      new AddPermissionCommand({ FunctionName, Principal: '*', StatementId: 'More', Action: 'lambda:GetFunction' }),
    ),
  secure: async () => undefined,
};
