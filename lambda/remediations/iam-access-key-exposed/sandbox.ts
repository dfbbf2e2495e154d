import { sandbox, unique } from '../../../test/e2e/deployed';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { ACCOUNT, REGION, type UnitCase } from '../../../test/e2e/case';

const iam = sandbox.client(IAMClient);

interface User {
  readonly name: string;
  readonly key: string;
}

/** How the tests of the modes make this drift, in the local AWS. */
export const unit: UnitCase<User> = {
  id: 'iam-access-key-exposed',
  make: async () => {
    const name = unique('e2e-user');
    await iam.send(new CreateUserCommand({ UserName: name, Path: '/robots/' }));
    await iam.send(new CreateAccessKeyCommand({ UserName: name }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
    return { name, key: AccessKey?.AccessKeyId as string };
  },
  arn: ({ name }) => `arn:aws:iam::${ACCOUNT}:user/${name}`,
  drift: ({ name, key }, id) =>
    sandbox.emit(REGION, {
      source: 'aws.guardduty',
      'detail-type': 'GuardDuty Finding',
      detail: {
        schemaVersion: '2.0',
        accountId: ACCOUNT,
        region: REGION,
        id,
        type: 'UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom',
        resource: {
          resourceType: 'AccessKey',
          accessKeyDetails: { accessKeyId: key, principalId: 'AIDAEXAMPLE', userType: 'IAMUser', userName: name },
        },
        service: { serviceName: 'guardduty', archived: false, eventLastSeen: new Date().toISOString() },
        severity: 8,
        updatedAt: new Date().toISOString(),
      },
    }),
  state: async ({ name }) => {
    const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName: name }));
    return Object.fromEntries(AccessKeyMetadata.map(({ AccessKeyId, Status }) => [AccessKeyId, Status]));
  },
  isRepaired: (state, before) => {
    const active = (of: unknown) => Object.values(of as object).filter((status) => status === 'Active').length;
    return active(state) === active(before) - 1;
  },
  secure: ({ name, key }) =>
    iam.send(new UpdateAccessKeyCommand({ UserName: name, AccessKeyId: key, Status: 'Inactive' })),
};
