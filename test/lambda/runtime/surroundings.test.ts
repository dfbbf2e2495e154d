import { surroundings } from '../../../lambda/runtime/surroundings';
import { SPEC } from '../../support/engine';
import { answering, awsError } from '../../support/remediation';
import { LAMP_ARN } from '../../support/signals';

const NAMES = { lamp: 'hall' };
const RESOURCE = {
  ResourceType: SPEC.resource.type,
  PhysicalResourceId: 'hall',
  StackId: 'arn:stack',
  StackName: 'shop',
  LogicalResourceId: 'Lamp',
};

describe('the stack that owns a resource', () => {
  test('is found by the physical id', async () => {
    const other = { ...RESOURCE, PhysicalResourceId: 'attic', StackName: 'other' };
    const { client, sent } = answering({ DescribeStackResources: { StackResources: [other, RESOURCE] } });
    expect(await surroundings.stackOf(SPEC, NAMES, client)).toEqual({
      stackId: 'arn:stack',
      stackName: 'shop',
      logicalId: 'Lamp',
    });
    expect(sent).toEqual([{ operation: 'DescribeStackResources', input: { PhysicalResourceId: 'hall' } }]);
  });

  test.each([
    ['no stack has it', Object.assign(awsError('ValidationError'), { message: 'Stack for hall does not exist' })],
    ['the answer is empty', {}],
    ['the answer is of something else', { StackResources: [{ ...RESOURCE, PhysicalResourceId: 'hall-2' }] }],
  ])('is none where %s', async (_, answer) => {
    const { client } = answering({ DescribeStackResources: answer });
    expect(await surroundings.stackOf(SPEC, NAMES, client)).toBeUndefined();
  });

  test('is not asked for where no stack can own the resource', async () => {
    const { physicalId: _, ...resource } = SPEC.resource;
    const { client, sent } = answering({});
    expect(await surroundings.stackOf({ ...SPEC, resource }, NAMES, client)).toBeUndefined();
    expect(sent).toEqual([]);
  });

  test('is not one that has something of another kind under the same name', async () => {
    const { client } = answering({
      DescribeStackResources: { StackResources: [{ ...RESOURCE, ResourceType: 'AWS::Logs::LogGroup' }] },
    });
    expect(await surroundings.stackOf(SPEC, NAMES, client)).toBeUndefined();
  });

  test('is not taken for none where AWS finds the question odd', async () => {
    const { client } = answering({ DescribeStackResources: awsError('ValidationError') });
    await expect(surroundings.stackOf(SPEC, NAMES, client)).rejects.toThrow('ValidationError');
  });

  test('is not taken for none where it cannot be read', async () => {
    const { client } = answering({ DescribeStackResources: awsError('AccessDenied') });
    await expect(surroundings.stackOf(SPEC, NAMES, client)).rejects.toThrow('AccessDenied');
  });
});

describe('the tags of a resource', () => {
  test.each<[string, object, Array<[string, string]>]>([
    [
      'those of its ARN',
      { ResourceTagMappingList: [{ ResourceARN: 'x' }, { ResourceARN: LAMP_ARN, Tags: [{ Key: 'a', Value: 'b' }] }] },
      [['a', 'b']],
    ],
    ['none where it has none', { ResourceTagMappingList: [{ ResourceARN: LAMP_ARN }] }, []],
    [
      'none of others',
      { ResourceTagMappingList: [{ ResourceARN: `${LAMP_ARN}-2`, Tags: [{ Key: 'a', Value: 'b' }] }] },
      [],
    ],
    ['none where it is not known', {}, []],
  ])('are %s', async (_, answer, tags) => {
    const { client, sent } = answering({ GetResources: answer });
    expect([...(await surroundings.tagsOf(LAMP_ARN, client))]).toEqual(tags);
    expect(sent).toEqual([{ operation: 'GetResources', input: { ResourceARNList: [LAMP_ARN] } }]);
  });

  test('are not taken for none where they cannot be read', async () => {
    const { client } = answering({ GetResources: awsError('ThrottledException') });
    await expect(surroundings.tagsOf(LAMP_ARN, client)).rejects.toThrow('ThrottledException');
  });
});
