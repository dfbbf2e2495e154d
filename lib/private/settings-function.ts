import {
  CustomResource,
  aws_iam as iam,
  type aws_kms as kms,
  aws_lambda as lambda,
  aws_logs as logs,
  RemovalPolicy,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledgeOwn } from './acknowledge';
import { acknowledgeWildcards } from './acknowledge-wildcards';
import { functionCode } from './function-code';

/** @internal */
export interface SettingsFunctionProps {
  /** File in the bundle `settings`. */
  readonly handler: 'network-settings' | 'shield-subscription';
  readonly description: string;
  /** What it may do, beside writing its log. */
  readonly statements: iam.PolicyStatement[];
  /** Why wildcards stand in those. */
  readonly wildcards: string;
  /** Key of its log. Its policy has to let CloudWatch Logs in. */
  readonly encryptionKey?: kms.IKey;
}

/**
 * A function that CloudFormation calls for what it cannot do itself, with a role of its own.
 *
 * @internal
 */
export class SettingsFunction extends Construct {
  private readonly arn: string;

  public constructor(scope: Construct, id: string, props: SettingsFunctionProps) {
    super(scope, id);
    const log = new logs.LogGroup(this, 'Log', {
      retention: logs.RetentionDays.ONE_YEAR,
      encryptionKey: props.encryptionKey,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    if (props.encryptionKey === undefined) {
      acknowledgeOwn(log, {
        rule: 'Bulwark-LOG05[KMS]',
        reason: 'Ids and states of AWS alone are logged, which are no secret; nobody gave a key',
      });
    }
    const role = new iam.CfnRole(this, 'Role', {
      description: props.description,
      assumeRolePolicyDocument: new iam.PolicyDocument({
        statements: [
          new iam.PolicyStatement({
            principals: [new iam.ServicePrincipal('lambda.amazonaws.com')],
            actions: ['sts:AssumeRole'],
          }),
        ],
      }),
      policies: [
        {
          policyName: 'Settings',
          policyDocument: new iam.PolicyDocument({
            statements: [
              ...props.statements,
              new iam.PolicyStatement({
                sid: 'Log',
                actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
                // The ARN ends in :* by CloudWatch's own form, which stands for the streams of this one group.
                resources: [log.logGroupArn],
              }),
            ],
          }),
        },
      ],
    });
    acknowledgeWildcards(role, props.wildcards);
    this.arn = new lambda.CfnFunction(this, 'Function', {
      description: props.description,
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      handler: `${props.handler}.handler`,
      code: functionCode(this, 'settings'),
      memorySize: 256,
      // 36 s for the work, the rest for the answer: lambda/runtime/custom-resource.ts.
      timeout: 60,
      loggingConfig: { logGroup: log.logGroupName },
      role: role.attrArn,
    }).attrArn;
  }

  /** A custom resource that it serves. */
  public resource(
    scope: Construct,
    id: string,
    resourceType: string,
    properties: Record<string, unknown> = {},
  ): CustomResource {
    return new CustomResource(scope, id, { serviceToken: this.arn, resourceType, properties });
  }
}
