import {
  App,
  aws_certificatemanager as acm,
  aws_ecr as ecr,
  aws_ecs as ecs,
  aws_elasticloadbalancingv2 as elb,
  aws_logs as logs,
  aws_rds as rds,
  Stack,
  Validations,
} from 'aws-cdk-lib';
import { checks, LayeredNetwork, LogArchive, NetworkPlace, WebFirewall } from 'cdk-bulwark';
import { AwsSolutionsChecks } from 'cdk-nag';

const { EDGE, APP, DATA } = NetworkPlace;
const app = new App();
const stack = new Stack(app, 'Shop', { env: { account: '123456789012', region: 'eu-central-1' } });
const archive = new LogArchive(stack, 'Archive');

// Load balancers, applications and databases, each in a layer of its own. Images come through endpoints: there is no NAT.
const network = new LayeredNetwork(stack, 'Network', {
  archive,
  databasePorts: [5433],
  interfaceEndpoints: ['ssm', 'ssmmessages', 'kms', 'logs', 'sts', 'secretsmanager', 'ecr.api', 'ecr.dkr'],
});
const place = (tier: NetworkPlace) => ({ vpc: network.vpc(tier), vpcSubnets: network.subnets(tier) });

const web = new elb.ApplicationLoadBalancer(stack, 'Web', {
  ...place(EDGE),
  securityGroup: network.securityGroup(EDGE),
  internetFacing: true,
  dropInvalidHeaderFields: true,
  deletionProtection: true,
});
web.logAccessLogs(archive.accessBucket, 'elb');
web.addRedirect({ open: false }); // from HTTP to HTTPS; the network has opened both ports
new WebFirewall(stack, 'Firewall', { archive }).protectLoadBalancer(web);

const shop = new ecs.FargateTaskDefinition(stack, 'ShopTask');
shop.addContainer('Shop', {
  image: ecs.ContainerImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Images', 'shop')),
  portMappings: [{ containerPort: 8080 }],
  readonlyRootFilesystem: true,
  logging: ecs.LogDriver.awsLogs({
    streamPrefix: 'shop',
    logGroup: new logs.LogGroup(stack, 'Logs', {
      retention: logs.RetentionDays.ONE_YEAR,
      encryptionKey: archive.encryptionKey,
    }),
  }),
});
const service = new ecs.FargateService(stack, 'Service', {
  cluster: new ecs.Cluster(stack, 'Cluster', {
    vpc: network.vpc(APP),
    containerInsightsV2: ecs.ContainerInsights.ENABLED,
  }),
  taskDefinition: shop,
  vpcSubnets: network.subnets(APP),
  securityGroups: [network.securityGroup(APP)],
  minHealthyPercent: 100,
});
web
  .addListener('Https', {
    port: 443,
    open: false,
    sslPolicy: elb.SslPolicy.RECOMMENDED_TLS,
    certificates: [
      acm.Certificate.fromCertificateArn(
        stack,
        'Certificate',
        'arn:aws:acm:eu-central-1:123456789012:certificate/shop',
      ),
    ],
  })
  .addTargets('Shop', { port: 8080, protocol: elb.ApplicationProtocol.HTTP, targets: [service] });

new rds.DatabaseCluster(stack, 'Database', {
  ...place(DATA),
  engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_17_5 }),
  securityGroups: [network.securityGroup(DATA)],
  writer: rds.ClusterInstance.serverlessV2('Writer'),
  readers: [rds.ClusterInstance.serverlessV2('Reader', { scaleWithWriter: true })],
  port: 5433,
  storageEncrypted: true,
  iamAuthentication: true,
  manageMasterUserPassword: true,
  deletionProtection: true,
});

Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new checks.BaselineChecks(app));
app.synth();
