import { sandbox } from '../../../test/e2e/deployed';
import {
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DescribeSnapshotAttributeCommand,
  EC2Client,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import { REGION, type UnitCase } from '../../../test/e2e/case';

const ec2 = sandbox.client(EC2Client);

/** How the tests of the modes make this drift, in the local AWS. */
export const unit: UnitCase<string> = {
  id: 'ec2-snapshot-public',
  make: async () => {
    const { VolumeId } = await ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: `${REGION}a`, Size: 1, Encrypted: false }),
    );
    const { SnapshotId } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
    await ec2.send(share(SnapshotId, 'add', { UserIds: ['111122223333'] }));
    return SnapshotId as string;
  },
  arn: (id) => `arn:aws:ec2:${REGION}::snapshot/${id}`,
  operation: 'ModifySnapshotAttribute',
  drift: (id) => ec2.send(share(id, 'add', { GroupNames: ['all'] })),
  state: async (SnapshotId) => {
    const { CreateVolumePermissions = [] } = await ec2.send(
      new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute: 'createVolumePermission' }),
    );
    return CreateVolumePermissions.map(({ Group, UserId }) => Group ?? UserId).sort();
  },
  secure: (id) => ec2.send(share(id, 'remove', { GroupNames: ['all'] })),
};

function share(SnapshotId: string | undefined, OperationType: 'add' | 'remove', whom: object) {
  return new ModifySnapshotAttributeCommand({
    SnapshotId,
    Attribute: 'createVolumePermission',
    OperationType,
    ...whom,
  });
}
