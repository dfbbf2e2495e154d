import { App, Stack, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
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

const web = new elb.ApplicationLoadBalancer(stack, 'Web', {
  vpc: network.vpc(EDGE),
  vpcSubnets: network.subnets(EDGE),
  securityGroup: network.securityGroup(EDGE),
  internetFacing: true,
  dropInvalidHeaderFields: true,
  deletionProtection: true,
});
web.logAccessLogs(archive.accessBucket, 'elb');
web.addRedirect({ open: false }); // from HTTP to HTTPS; the network has opened both ports
new WebFirewall(stack, 'Firewall', { archive }).protectLoadBalancer(web);

const { encryptionKey } = archive;
const task = new ecs.FargateTaskDefinition(stack, 'Task');
task.addContainer('Shop', {
  image: ecs.ContainerImage.fromEcrRepository(Repository.fromRepositoryName(stack, 'Images', 'shop')),
  portMappings: [{ containerPort: 8080 }],
  readonlyRootFilesystem: true,
  logging: ecs.LogDriver.awsLogs({
    streamPrefix: 'shop',
    logGroup: new LogGroup(stack, 'Logs', { retention: RetentionDays.ONE_YEAR, encryptionKey }),
  }),
});
for (const rule of ['AwsSolutions-IAM5[Resource::*]', 'Bulwark-IAM04[Resource::*]']) {
  const reason = 'Signing in to the registry of images has no resource level';
  checks.Acknowledgements.add(task.obtainExecutionRole(), { rule, reason, until: '2028-12-31' });
}
const vpc = network.vpc(APP);
const service = new ecs.FargateService(stack, 'Service', {
  cluster: new ecs.Cluster(stack, 'Cluster', { vpc, containerInsightsV2: ecs.ContainerInsights.ENABLED }),
  taskDefinition: task,
  vpcSubnets: network.subnets(APP),
  securityGroups: [network.securityGroup(APP)],
  minHealthyPercent: 100,
});
const tls = 'arn:aws:acm:eu-central-1:123456789012:certificate/11111111-2222-4333-8444-555555555555';
const certificates = [Certificate.fromCertificateArn(stack, 'Tls', tls)];
web
  .addListener('Https', { port: 443, open: false, certificates, sslPolicy: elb.SslPolicy.RECOMMENDED_TLS })
  .addTargets('Shop', { port: 8080, protocol: elb.ApplicationProtocol.HTTP, targets: [service] });

new rds.DatabaseCluster(stack, 'Database', {
  engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_17_5 }),
  vpc: network.vpc(DATA),
  vpcSubnets: network.subnets(DATA),
  securityGroups: [network.securityGroup(DATA)],
  writer: rds.ClusterInstance.serverlessV2('Writer'),
  port: 5433,
  storageEncrypted: true,
  iamAuthentication: true,
  manageMasterUserPassword: true,
  deletionProtection: true,
});

Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new checks.BaselineChecks(app));
app.synth();
