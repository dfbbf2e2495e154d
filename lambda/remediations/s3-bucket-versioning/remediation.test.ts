import { answering, awsError, findingOf, signalOf } from '../../../test/support/remediation';
import { locatedBy } from '../../runtime/match';
import { declared } from '../../runtime/declared';
import { operations } from './operations.generated';
import { spec } from './spec';

const remediator = declared(spec.declared, operations)({});
const resource = { names: { bucket: 'reports' } };

describe('s3-bucket-versioning', () => {
  test('finds the bucket in the call and in the finding', () => {
    expect(remediator.locate(signalOf(spec.id, 'match-changed'))).toEqual([resource]);
    expect(locatedBy(spec, remediator, findingOf(spec.id, 'match-security-hub'))).toEqual([resource]);
  });

  test.each([
    ['never had versions', {}, {}],
    ['was suspended', { Status: 'Suspended' }, { Status: 'Suspended' }],
    [
      'was suspended, with MFA delete off',
      { Status: 'Suspended', MFADelete: 'Disabled' },
      { Status: 'Suspended', MFADelete: 'Disabled' },
    ],
  ])('a bucket that %s is drift', async (_, answer, before) => {
    const { client } = answering({ GetBucketVersioning: answer });
    const after = { ...before, Status: 'Enabled' };
    expect(await remediator.inspect(resource, client)).toEqual({ compliant: false, drift: { before, after } });
  });

  test('a bucket with versions is compliant, and one that is gone', async () => {
    const on = answering({ GetBucketVersioning: { Status: 'Enabled' } });
    expect(await remediator.inspect(resource, on.client)).toEqual({ compliant: true });
    const gone = answering({ GetBucketVersioning: awsError('NoSuchBucket') });
    expect(await remediator.inspect(resource, gone.client)).toMatchObject({ compliant: true });
  });

  test('switches versions on and has no way back', async () => {
    const { client, sent } = answering({ PutBucketVersioning: {} });
    await remediator.apply(resource, { before: {}, after: { Status: 'Enabled' } }, client);
    expect(sent).toEqual([
      {
        operation: 'PutBucketVersioning',
        input: { Bucket: 'reports', VersioningConfiguration: { Status: 'Enabled' } },
      },
    ]);
    expect(remediator.undo).toBeUndefined();
  });
});
