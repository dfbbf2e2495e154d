import * as control from '@aws-sdk/client-s3-control';
import { sandbox } from '../../../test/e2e/deployed';
import { ACCOUNT, orNothing, BLOCKED, type UnitCase } from '../../../test/e2e/case';

const s3control = sandbox.client(control.S3ControlClient);

/** How the tests of the modes make this drift, in the local AWS. */
export const unit: UnitCase<string> = {
  id: 's3-account-public-access',
  make: async () => {
    await unit.secure(ACCOUNT);
    return ACCOUNT;
  },
  arn: () => `arn:aws:s3::${ACCOUNT}:account-public-access-block`,
  operation: 'DeletePublicAccessBlock',
  drift: (AccountId) => s3control.send(new control.DeletePublicAccessBlockCommand({ AccountId })),
  state: async (AccountId) => {
    const answer = await orNothing(
      s3control.send(new control.GetPublicAccessBlockCommand({ AccountId })),
      'NoSuchPublicAccessBlockConfiguration',
    );
    return answer?.PublicAccessBlockConfiguration ?? null;
  },
  change: (AccountId) =>
    s3control.send(
      new control.PutPublicAccessBlockCommand({
        AccountId,
        PublicAccessBlockConfiguration: { ...BLOCKED, BlockPublicPolicy: false },
      }),
    ),
  secure: (AccountId) =>
    s3control.send(new control.PutPublicAccessBlockCommand({ AccountId, PublicAccessBlockConfiguration: BLOCKED })),
};
