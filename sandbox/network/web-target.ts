import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import type { NetworkModel } from '../../cli/network/model';
import type { DeployedStack, Template } from '../runner/deploy';
import type { Drilled } from '../runner/drill';

/** A load balancer at the edge behind a web ACL that logs, made for a drill. */
export interface WebTarget {
  readonly stack: DeployedStack;
  readonly webAclArn: string;
  clean(): Promise<void>;
}

const STACK = 'bulwark-drill-web';
const WAIT_SECONDS = 60;

/** Makes one as its owner would: by a stack, which can be read back. */
export async function makeWebTarget(sandbox: Drilled, network: NetworkModel): Promise<WebTarget> {
  const cloudformation = sandbox.client(CloudFormationClient);
  const template = templateOf(network, `aws-waf-logs-bulwark-main-${sandbox.account}-${sandbox.region}`);
  await cloudformation.send(new CreateStackCommand({ StackName: STACK, TemplateBody: JSON.stringify(template) }));
  const clean = async () => {
    await cloudformation.send(new DeleteStackCommand({ StackName: STACK }));
  };
  try {
    await waitUntilStackCreateComplete(
      { client: cloudformation, maxWaitTime: WAIT_SECONDS, minDelay: 1, maxDelay: 1 },
      { StackName: STACK },
    );
    const { Stacks: stacks = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName: STACK }));
    const webAclArn = stacks[0]?.Outputs?.find(({ OutputKey: key }) => key === 'WebAclArn')?.OutputValue;
    if (webAclArn === undefined) throw new Error(`the stack ${STACK} tells no WebAclArn`);
    return { stack: { name: STACK, region: sandbox.region, template }, webAclArn, clean };
  } catch (error) {
    const { StackResources: resources = [] } = await cloudformation.send(
      new DescribeStackResourcesCommand({ StackName: STACK }),
    );
    const reason = resources.find(({ ResourceStatusReason: text }) => text)?.ResourceStatusReason;
    await clean();
    throw new Error(`the target of the drill could not be made: ${reason ?? String(error)}`, { cause: error });
  }
}

function templateOf({ subnets, securityGroups }: NetworkModel, logBucket: string): Template {
  const group = securityGroups.find(({ tier }) => tier === 'edge');
  const logDestination = `arn:aws:s3:::${logBucket}`;
  return {
    Resources: {
      LoadBalancer: {
        Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
        Properties: {
          Scheme: 'internet-facing',
          Type: 'application',
          Subnets: subnets.filter(({ tier }) => tier === 'edge').map(({ id }) => id),
          SecurityGroups: [group?.id],
        },
      },
      WebAcl: {
        Type: 'AWS::WAFv2::WebACL',
        Properties: {
          Scope: 'REGIONAL',
          DefaultAction: { Allow: {} },
          VisibilityConfig: { CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true, MetricName: STACK },
        },
      },
      Association: {
        Type: 'AWS::WAFv2::WebACLAssociation',
        Properties: {
          ResourceArn: { Ref: 'LoadBalancer' },
          WebACLArn: { 'Fn::GetAtt': ['WebAcl', 'Arn'] },
        },
      },
      Logging: {
        Type: 'AWS::WAFv2::LoggingConfiguration',
        Properties: {
          ResourceArn: { 'Fn::GetAtt': ['WebAcl', 'Arn'] },
          LogDestinationConfigs: [logDestination],
        },
      },
    },
    Outputs: { WebAclArn: { Value: { 'Fn::GetAtt': ['WebAcl', 'Arn'] } } },
  } as Template;
}
