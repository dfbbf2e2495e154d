import { Aws, aws_ec2 as ec2, Fn, type aws_iam as iam, aws_route53 as route53 } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { TIER_TAG } from '../controls/tiers';
import { inId, pin } from '../private/pin';
import { bucketExceptions, ENDPOINT_SERVICES, type EndpointService, endpointPolicy } from './endpoint-services';
import { regionOf, type TierVpc } from './tier-vpc';

/** @internal */
export interface EndpointsProps {
  readonly vpcs: readonly TierVpc[];
  /** The VPC that has the interface endpoints. */
  readonly shared: TierVpc;
  readonly groupId: string;
  readonly services: readonly string[];
  readonly organizationId?: string;
  readonly readableBuckets: readonly string[];
  readonly name: string;
  /** Begins the pinned logical ids. */
  readonly pinned: string;
}

/**
 * The ways to AWS's services: gateways in every VPC, interfaces once. Where there are several VPCs, a private hosted zone for each
 * service gives all of them the interface's addresses.
 *
 * @internal
 */
export class Endpoints extends Construct {
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: EndpointsProps,
  ) {
    super(scope, id);
    for (const vpc of props.vpcs) this.createGateways(vpc);
    for (const service of props.services) this.createInterface(service);
  }

  /** They cost nothing, and what passes them never leaves AWS's network. */
  private createGateways(vpc: TierVpc): void {
    const { organizationId, readableBuckets } = this.props;
    const gateway = (service: string, policyDocument: iam.PolicyDocument) =>
      new ec2.CfnVPCEndpoint(vpc, inId(service), {
        vpcId: vpc.vpcId,
        vpcEndpointType: 'Gateway',
        serviceName: `com.amazonaws.${regionOf(this)}.${service}`,
        routeTableIds: vpc.routeTableIds,
        policyDocument,
        tags: this.tags(`${vpc.name}-${service}`),
      });
    gateway('s3', endpointPolicy(this, organizationId, bucketExceptions(readableBuckets)));
    gateway('dynamodb', endpointPolicy(this, organizationId));
  }

  private createInterface(service: string): void {
    const { vpcs, shared, groupId, organizationId, pinned } = this.props;
    // Checked by the network, which knows them all.
    const { host, wildcard, exceptions } = ENDPOINT_SERVICES[service] as EndpointService;
    const scope = new Construct(this, inId(service.replaceAll('.', '-')));
    const isAlone = vpcs.length === 1;
    const endpoint = new ec2.CfnVPCEndpoint(scope, 'Interface', {
      vpcId: shared.vpcId,
      vpcEndpointType: 'Interface',
      // China names some services otherwise, which the CDK knows.
      serviceName: new ec2.InterfaceVpcEndpointAwsService(service).name,
      subnetIds: (shared.subnets.get('endpoints') ?? []).map(({ subnetId }) => subnetId),
      securityGroupIds: [groupId],
      // Its own zone would serve one VPC only.
      privateDnsEnabled: isAlone,
      policyDocument: endpointPolicy(this, organizationId, exceptions),
      tags: this.tags(service),
    });
    if (isAlone) return;
    const region = regionOf(this);
    const name = `${host}.${region}.${Aws.URL_SUFFIX}`;
    const zone = new route53.CfnHostedZone(scope, 'Zone', {
      name,
      hostedZoneConfig: { comment: `Leads to the interface endpoint of ${service} that the VPCs of the network share` },
      vpcs: vpcs.map(({ vpcId }) => ({ vpcId, vpcRegion: region })),
    });
    const pinnedAs = `${pinned}${scope.node.id}`;
    pin(zone, `${pinnedAs}Zone`);
    // `Z…:vpce-….vpce.amazonaws.com`, the name for all zones first.
    const entry = Fn.select(0, endpoint.attrDnsEntries);
    for (const [id, recordName] of wildcard
      ? [
          ['Record', name],
          ['Wildcard', `*.${name}`],
        ]
      : [['Record', name]]) {
      const record = new route53.CfnRecordSet(scope, id as string, {
        hostedZoneId: zone.ref,
        name: recordName as string,
        type: 'A',
        aliasTarget: {
          hostedZoneId: Fn.select(0, Fn.split(':', entry)),
          dnsName: Fn.select(1, Fn.split(':', entry)),
        },
      });
      pin(record, `${pinnedAs}${id}`);
    }
  }

  private tags(name: string): { key: string; value: string }[] {
    return [
      { key: 'Name', value: `${this.props.name}-${name}` },
      { key: TIER_TAG, value: 'endpoints' },
    ];
  }
}
