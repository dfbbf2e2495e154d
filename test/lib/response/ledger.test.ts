import { App, aws_kms as kms, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AutoRemediation, Ledger, type LedgerProps } from '../../../lib';

const env = { account: '123456789012', region: 'eu-central-1' };
const stackOf = (app = new App({ autoSynth: false }), id = 'Audit') => new Stack(app, id, { env });

function templateOf(props?: LedgerProps): Template {
  const stack = stackOf();
  new Ledger(stack, 'Ledger', props);
  return Template.fromStack(stack);
}

describe('Ledger', () => {
  const template = templateOf();

  test('is kept whatever happens, and protected from deletion', () => {
    template.allResources('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    });
    // Its name would block the attempt after a first deployment that failed.
    template.allResources('AWS::Logs::LogGroup', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  test.each([RemovalPolicy.DESTROY, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE])(
    'is not protected under %s, which has to be able to delete it',
    (removalPolicy) => {
      templateOf({ removalPolicy }).hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
    },
  );

  test('keeps every decision for a year, under the key that is given', () => {
    const stack = stackOf();
    const encryptionKey = new kms.Key(stack, 'Key');
    new Ledger(stack, 'Ledger', { qualifier: 'blue', encryptionKey });
    Template.fromStack(stack).hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/bulwark/blue/reports',
      RetentionInDays: 365,
      KmsKeyId: stack.resolve(encryptionKey.keyArn),
    });
  });

  test('has logical ids that carry the qualifier, so that two live in one stack', () => {
    const stack = stackOf();
    new Ledger(stack, 'A');
    new Ledger(stack, 'B', { qualifier: 'blue' });
    expect(Object.keys(Template.fromStack(stack).toJSON().Resources).sort()).toEqual([
      'BulwarkLedgerBlue',
      'BulwarkLedgerBlueHistory',
      'BulwarkLedgerMain',
      'BulwarkLedgerMainHistory',
    ]);
  });

  test('stays behind alone: the stack that repairs has no log group or table of its own name', () => {
    const app = new App({ autoSynth: false });
    const ledger = new Ledger(stackOf(app), 'Ledger');
    const hub = stackOf(app, 'Hub');
    new AutoRemediation(hub, 'Remediation', { ledger });
    const made = Template.fromStack(hub);
    made.resourceCountIs('AWS::DynamoDB::Table', 0);
    const names = Object.values(made.findResources('AWS::Logs::LogGroup')).map(({ Properties }) => Properties);
    expect(names).not.toContainEqual(expect.objectContaining({ LogGroupName: expect.anything() }));
    // The hub waits for the ledger, never the other way round.
    expect(hub.dependencies.map(({ node }) => node.id)).toEqual(['Audit']);
    made.resourceCountIs('AWS::Logs::ResourcePolicy', 1);
  });

  test('refuses a qualifier that fits no name', () => {
    expect(() => templateOf({ qualifier: 'Main' })).toThrow('got "Main" (Audit/Ledger)');
  });
});
