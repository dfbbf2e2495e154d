import { sessionPolicy } from '../../../lambda/runtime/policy';
import { fill, fillOne, placeholders } from '../../../lambda/runtime/spec';
import { SPEC } from '../../support/engine';

describe('placeholders', () => {
  test('are found in order', () => {
    expect(placeholders('arn:{partition}:x:{region}:{setting.role}')).toEqual(['partition', 'region', 'setting.role']);
  });

  test('several values give several texts', () => {
    expect(fill('list/{id}', { id: ['a', 'b'] })).toEqual(['list/a', 'list/b']);
  });

  test('a value is taken to the letter', () => {
    expect(fillOne('{name}', { name: "$& {other} $'" })).toBe("$& {other} $'");
  });

  test.each([[{}], [{ bucket: '' }]])('a hole is an error that names it: %j', (names) => {
    expect(() => fill('arn:aws:s3:::{bucket}', names)).toThrow('needs a value for {bucket}');
  });
});

describe('the session policy', () => {
  test('holds the resource, the related ARNs with their conditions, and account-level actions', () => {
    const spec = {
      ...SPEC,
      permissions: {
        ...SPEC.permissions,
        write: [
          { kind: 'resource', actions: ['s3:PutLamp'], conditions: { Null: { 's3:lampColour': 'true' } } },
          {
            kind: 'related',
            actions: ['iam:PassRole'],
            arn: '{setting.role}',
            conditions: { StringEquals: { a: 'b' } },
          },
          { kind: 'account', actions: ['ec2:Describe'], reason: 'has no resource level' },
        ],
      },
    } as const;
    const names = { partition: 'aws', lamp: 'hall', 'setting.role': 'arn:aws:iam::1:role/r' };
    expect(sessionPolicy(spec, 'write', names).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['s3:PutLamp'],
        Resource: ['arn:aws:s3:::hall'],
        Condition: { Null: { 's3:lampColour': 'true' } },
      },
      {
        Effect: 'Allow',
        Action: ['iam:PassRole'],
        Resource: ['arn:aws:iam::1:role/r'],
        Condition: { StringEquals: { a: 'b' } },
      },
      { Effect: 'Allow', Action: ['ec2:Describe'], Resource: ['*'] },
    ]);
  });

  test('of an undo holds what the undo needs, and no more', () => {
    expect(sessionPolicy(SPEC, 'undo', { partition: 'aws', lamp: 'hall' }).Statement).toEqual([
      { Effect: 'Allow', Action: ['s3:DouseLamp'], Resource: ['arn:aws:s3:::hall'] },
    ]);
  });

  test.each([
    ['lamp', 'hall*'],
    ['lamp', 'ha?l'],
    ['fuse', ['f-1', '*']],
  ])('is refused with a wildcard in the name %s: %j, which would widen it', (name, value) => {
    const names = { partition: 'aws', lamp: 'hall', [name]: value };
    expect(() => sessionPolicy(SPEC, 'write', names)).toThrow(`the name ${name} must not hold a wildcard`);
  });

  test('takes settings as the deployment gives them: an ARN of a log group ends in :*', () => {
    const names = { partition: 'aws', lamp: 'hall', 'setting.group': 'arn:aws:logs:eu-central-1:1:log-group:g:*' };
    expect(sessionPolicy(SPEC, 'write', names).Statement).toHaveLength(1);
  });

  test('names each of several related resources', () => {
    const related = { kind: 'related', actions: ['s3:PutFuse'], arn: 'arn:{partition}:s3:::{fuse}' } as const;
    const spec = { ...SPEC, permissions: { ...SPEC.permissions, write: [related] } } as const;
    const names = { partition: 'aws', lamp: 'hall', fuse: ['a', 'b'] };
    expect(sessionPolicy(spec, 'write', names).Statement).toEqual([
      { Effect: 'Allow', Action: ['s3:PutFuse'], Resource: ['arn:aws:s3:::a', 'arn:aws:s3:::b'] },
    ]);
    expect(() => sessionPolicy(spec, 'write', { partition: 'aws', lamp: 'hall' })).toThrow('needs a value for {fuse}');
  });
});
