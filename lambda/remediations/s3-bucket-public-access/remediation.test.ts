import { answering, awsError, signalOf } from '../../../test/support/remediation';
import { declared } from '../../runtime/declared';
import { operations } from './operations.generated';
import { spec } from './spec';

const remediator = declared(spec.declared, operations)({});
const located = { names: { bucket: 'reports' } };
// The engine adds where the resource lives.
const resource = { names: { ...located.names, account: '123456789012' } };
const SECURE = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };

describe('s3-bucket-public-access', () => {
  test('finds the bucket in the event', () => {
    expect(remediator.locate(signalOf(spec.id, 'match-put-policy'))).toEqual([located]);
  });

  test('calls a bucket with all four settings compliant', async () => {
    const { client } = answering({ GetPublicAccessBlock: { PublicAccessBlockConfiguration: SECURE } });
    expect(await remediator.inspect(resource, client)).toEqual({ compliant: true });
  });

  test.each(Object.keys(SECURE))('calls a bucket without %s drift', async (setting) => {
    const before = { ...SECURE, [setting]: false };
    const { client } = answering({ GetPublicAccessBlock: { PublicAccessBlockConfiguration: before } });
    expect(await remediator.inspect(resource, client)).toEqual({ compliant: false, drift: { before, after: SECURE } });
  });

  test('calls a bucket without any setting drift', async () => {
    const { client } = answering({ GetPublicAccessBlock: awsError('NoSuchPublicAccessBlockConfiguration') });
    expect(await remediator.inspect(resource, client)).toEqual({
      compliant: false,
      drift: { before: null, after: SECURE },
    });
  });

  test('leaves a bucket alone that is gone', async () => {
    const { client } = answering({ GetPublicAccessBlock: awsError('NoSuchBucket') });
    expect(await remediator.inspect(resource, client)).toEqual({ compliant: true, reason: 'the resource is gone' });
  });

  test('lets any other error through', async () => {
    const { client } = answering({ GetPublicAccessBlock: awsError('AccessDenied') });
    await expect(remediator.inspect(resource, client)).rejects.toThrow('AccessDenied');
  });

  test('sets the four settings and keeps members it does not know', async () => {
    const { client, sent } = answering({ PutPublicAccessBlock: {} });
    const after = { ...SECURE, BlockSomethingNew: true };
    await remediator.apply(resource, { before: {}, after }, client);
    expect(sent).toEqual([
      {
        operation: 'PutPublicAccessBlock',
        input: { Bucket: 'reports', ExpectedBucketOwner: '123456789012', PublicAccessBlockConfiguration: after },
      },
    ]);
  });
});
