import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'ELB.1': {
    title: 'HTTP listeners of application load balancers redirect to HTTPS',
    severity: 'MEDIUM',
    meaning: 'Visitors who type a plain address send cookies and form data in clear text.',
    byHand:
      "Redirect each HTTP listener: `aws elbv2 modify-listener --listener-arn ARN --default-actions 'Type=redirect,RedirectConfig={Protocol=HTTPS,Port=443,StatusCode=HTTP_301}'`. Remove or change rules that still forward plain HTTP.",
    stockRules: ['NIST.800.53.R5-ALBHttpToHttpsRedirection'],
    standards: {
      'fsbp-1.0': ['ELB.1'],
    },
  },
  'ELB.2': {
    title: 'Classic load balancers use certificates from ACM',
    severity: 'MEDIUM',
    meaning:
      'A certificate uploaded by hand is not renewed and one day expires, or its private key leaks from where it was kept.',
    byHand:
      'Request a certificate in ACM and set it: `aws elb set-load-balancer-listener-ssl-certificate --load-balancer-name NAME --load-balancer-port 443 --ssl-certificate-id ARN`.',
    gap: {
      kind: 'workload',
      reason:
        'The owner of the domain name has to validate the new certificate and choose when the listener switches to it.',
    },
    stockRules: ['NIST.800.53.R5-ELBACMCertificateRequired'],
    standards: {
      'fsbp-1.0': ['ELB.2'],
    },
  },
  'ELB.3': {
    title: 'Classic load balancers listen only over HTTPS or TLS',
    severity: 'MEDIUM',
    meaning: 'Traffic between clients and the load balancer can be read and changed on the way.',
    byHand:
      'Add a secure listener, `aws elb create-load-balancer-listeners --load-balancer-name NAME --listeners Protocol=HTTPS,LoadBalancerPort=443,InstanceProtocol=HTTP,InstancePort=80,SSLCertificateId=ARN`, move the clients and delete the plain one.',
    stockRules: ['AwsSolutions-ELB5', 'NIST.800.53.R5-ELBTlsHttpsListenersOnly'],
    standards: {
      'fsbp-1.0': ['ELB.3'],
      'nist-800-53-r5': [
        'AC-4', 'AC-4(22)', 'AC-17(2)', 'AC-24(1)', 'AU-9(3)', 'CA-9', 'IA-5(1)', 'PM-17', 'SC-7(4)', 'SC-7(5)', 'SC-8',
        'SC-8(1)', 'SC-8(2)', 'SC-8(3)', 'SC-8(4)', 'SC-8(5)', 'SC-13', 'SC-23', 'SC-23(5)', 'SI-1',
      ],
      'pci-4.0': ['1.2.5', '2.2.5', '2.2.7', '4.2.1', '4.2.1.1', '8.3.2'],
      hipaa: ['164.308(a)(1)(ii)(B)', '164.308(a)(4)(ii)(A)', '164.312(e)(1)', '164.312(e)(2)(i)', '164.312(e)(2)(ii)'],
      gdpr: ['Art. 32'],
    },
  },
  'ELB.4': {
    title: 'Application load balancers drop HTTP headers with invalid names',
    severity: 'MEDIUM',
    meaning: 'Malformed headers reach the application and can be used to smuggle requests past its checks.',
    byHand:
      'Turn it on: `aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN --attributes Key=routing.http.drop_invalid_header_fields.enabled,Value=true`.',
    gap: {
      kind: 'workload',
      reason:
        'An application may rely on odd header names, for example with underscores; its owner has to test before they are dropped.',
    },
    stockRules: ['HIPAA.Security-ALBHttpDropInvalidHeaderEnabled'],
    standards: {
      'fsbp-1.0': ['ELB.4'],
    },
  },
  'ELB.5': {
    title: 'Application and classic load balancers write access logs',
    severity: 'MEDIUM',
    meaning: 'After an attack nobody can tell which clients sent which requests.',
    byHand:
      'Allow log delivery in the bucket policy, then: `aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN --attributes Key=access_logs.s3.enabled,Value=true Key=access_logs.s3.bucket,Value=BUCKET`. For classic ones set `AccessLog` with `aws elb`.',
    gap: {
      kind: 'workload',
      reason:
        'The bucket, the retention and the treatment of client addresses in the log are choices of the owner of the load balancer.',
    },
    stockRules: ['AwsSolutions-ELB2', 'NIST.800.53.R5-ELBLoggingEnabled'],
    standards: {
      'fsbp-1.0': ['ELB.5'],
      'cis-7.0': ['4.10'],
      'nist-800-53-r5': [
        'AC-4(26)', 'AU-2', 'AU-3', 'AU-6(3)', 'AU-6(4)', 'AU-6(6)', 'AU-6(9)', 'AU-8', 'AU-10', 'AU-12', 'AU-12(1)',
        'AU-12(2)', 'AU-12(3)', 'AU-12(4)', 'AU-14', 'AU-14(3)', 'CA-7', 'CM-5(1)', 'IA-3(3)', 'MA-4(1)', 'PM-14',
        'PM-31', 'SC-7(9)', 'SI-4(17)', 'SI-7(8)',
      ],
      'pci-4.0': [
        '5.3.4', '10.2.1', '10.2.1.1', '10.2.1.2', '10.2.1.3', '10.2.1.4', '10.2.1.5', '10.2.1.6', '10.2.1.7', '10.2.2',
        '10.3.1', '10.6.3', 'A1.2.1',
      ],
      hipaa: ['164.308(a)(1)(ii)(D)', '164.308(a)(3)(ii)(A)', '164.308(a)(6)(ii)', '164.312(b)'],
      gdpr: ['Art. 30'],
      'iso27001-2022': ['A.8.15'],
      soc2: ['A1.1', 'CC7.2', 'CC7.3', 'PI1.2'],
    },
  },
  'ELB.6': {
    title: 'Load balancers are protected against deletion',
    severity: 'MEDIUM',
    meaning:
      'One wrong command or one stolen credential takes the application offline, and the load balancer gets a new name.',
    byHand:
      'Turn it on: `aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN --attributes Key=deletion_protection.enabled,Value=true`.',
    gap: {
      kind: 'workload',
      reason:
        'Protection blocks the teardown of short-lived stacks; the owner says which load balancers are meant to last.',
    },
    stockRules: ['NIST.800.53.R5-ELBDeletionProtectionEnabled'],
    standards: {
      'fsbp-1.0': ['ELB.6'],
      'nist-800-53-r5': [
        'CA-7(4)', 'CM-2', 'CM-2(2)', 'CM-3', 'CM-8(6)', 'CP-1', 'CP-2', 'CP-2(5)', 'SA-15', 'SC-5(2)', 'SC-22',
      ],
      hipaa: ['164.308(a)(1)(ii)(B)'],
    },
  },
  'ELB.7': {
    title: 'Classic load balancers let open requests finish before an instance leaves',
    severity: 'LOW',
    meaning: 'Users see broken requests whenever an instance is removed or turns unhealthy.',
    byHand:
      "Turn it on: `aws elb modify-load-balancer-attributes --load-balancer-name NAME --load-balancer-attributes 'ConnectionDraining={Enabled=true,Timeout=300}'`.",
    gap: {
      kind: 'workload',
      reason:
        'How long a request may take, and so how long to wait for it, is known to the developers of the application.',
    },
    stockRules: ['AwsSolutions-ELB3'],
    standards: {
      'fsbp-1.0': ['ELB.7'],
    },
  },
  'ELB.8': {
    title: 'Classic load balancers with TLS use the predefined policy for TLS 1.2',
    severity: 'MEDIUM',
    meaning: 'Clients can be pushed down to old protocol versions and weak ciphers that are broken.',
    byHand:
      'Create a policy of type `SSLNegotiationPolicyType` whose `Reference-Security-Policy` is `ELBSecurityPolicy-TLS-1-2-2017-01` by `aws elb create-load-balancer-policy`, then attach it to the listener by `aws elb set-load-balancer-policies-of-listener`.',
    gap: {
      kind: 'workload',
      reason:
        'Old clients without TLS 1.2 would be cut off; the owner of the application decides whether any still matter.',
    },
    standards: {
      'fsbp-1.0': ['ELB.8'],
    },
  },
  'ELB.9': {
    title: 'Classic load balancers spread requests over the instances of all zones',
    severity: 'MEDIUM',
    meaning: 'Zones with few instances are overloaded while others stand idle, and a fault in a zone hits harder.',
    byHand:
      "Turn it on: `aws elb modify-load-balancer-attributes --load-balancer-name NAME --load-balancer-attributes 'CrossZoneLoadBalancing={Enabled=true}'`.",
    gap: {
      kind: 'workload',
      reason:
        'Some applications keep traffic inside a zone on purpose for latency; the owner of the load balancer decides on the spread.',
    },
    stockRules: ['AwsSolutions-ELB4', 'NIST.800.53.R5-ELBCrossZoneLoadBalancingEnabled'],
    standards: {
      'fsbp-1.0': ['ELB.9'],
    },
  },
  'ELB.10': {
    title: 'Classic load balancers span at least two zones',
    severity: 'MEDIUM',
    meaning: 'The failure of a single zone takes the application offline.',
    byHand:
      'Add a subnet in another zone, `aws elb attach-load-balancer-to-subnets --load-balancer-name NAME --subnets SUBNET`, and run healthy instances there.',
    gap: {
      kind: 'workload',
      reason:
        'A second zone helps only when the application behind it can run there too; its owner decides on cost and recovery target.',
    },
    stockRules: ['AwsSolutions-ELB4', 'NIST.800.53.R5-ELBCrossZoneLoadBalancingEnabled'],
    standards: {
      'fsbp-1.0': ['ELB.10'],
      'iso27001-2022': ['A.8.14'],
    },
  },
  'ELB.12': {
    title: 'Application load balancers guard against desync attacks',
    severity: 'MEDIUM',
    meaning:
      "Ambiguous requests reach the application, and an attacker can hijack other users' requests or poison caches.",
    byHand:
      'Set the mode: `aws elbv2 modify-load-balancer-attributes --load-balancer-arn ARN --attributes Key=routing.http.desync_mitigation_mode,Value=defensive`, or `strictest` where all clients follow the HTTP standard.',
    gap: {
      kind: 'workload',
      reason:
        'The default is safe already; where someone chose the monitor mode for odd clients, the owner of the application must revisit that.',
    },
    standards: {
      'fsbp-1.0': ['ELB.12'],
    },
  },
  'ELB.13': {
    title: 'Application, network and gateway load balancers span at least two zones',
    severity: 'MEDIUM',
    meaning: 'When the only zone fails, no traffic gets through at all.',
    byHand:
      'Name the subnets of all zones, old and new: `aws elbv2 set-subnets --load-balancer-arn ARN --subnets SUBNET_A SUBNET_B`. Run targets in the new zone as well.',
    gap: {
      kind: 'workload',
      reason:
        'How many zones a network or gateway load balancer serves depends on where its targets run, which their owner plans.',
    },
    standards: {
      'fsbp-1.0': ['ELB.13'],
      'iso27001-2022': ['A.8.14'],
    },
  },
  'ELB.14': {
    title: 'Classic load balancers guard against desync attacks',
    severity: 'MEDIUM',
    meaning:
      'A request read differently by load balancer and server lets an attacker slip a hidden request into the traffic of others.',
    byHand:
      "Set the mode: `aws elb modify-load-balancer-attributes --load-balancer-name NAME --load-balancer-attributes 'AdditionalAttributes=[{Key=elb.http.desyncmitigationmode,Value=defensive}]'`.",
    gap: {
      kind: 'workload',
      reason:
        'A weaker mode is set only by hand, mostly for clients that break the HTTP standard; the owner of those clients decides.',
    },
    standards: {
      'fsbp-1.0': ['ELB.14'],
    },
  },
  'ELB.17': {
    title: 'TLS listeners of load balancers use a current security policy',
    severity: 'MEDIUM',
    meaning: 'Listeners made by CLI or template may still accept TLS 1.0 and weak ciphers that can be broken.',
    byHand:
      'Set a policy that starts at TLS 1.2: `aws elbv2 modify-listener --listener-arn ARN --ssl-policy ELBSecurityPolicy-TLS13-1-2-Res-2021-06`.',
    standards: {
      'fsbp-1.0': ['ELB.17'],
    },
  },
  'ELB.18': {
    title: 'Load balancer listeners accept only HTTPS or TLS',
    severity: 'MEDIUM',
    meaning: 'Data and credentials pass the network in clear text on the way to the load balancer.',
    byHand:
      'Change the listener: `aws elbv2 modify-listener --listener-arn ARN --protocol HTTPS --port 443 --certificates CertificateArn=CERTIFICATE`. A network load balancer takes `TLS` in place of `HTTPS`.',
    stockRules: ['NIST.800.53.R5-ELBv2ACMCertificateRequired'],
    standards: {
      'fsbp-1.0': ['ELB.18'],
    },
  },
  'ELB.21': {
    title: 'Target groups check the health of their targets over HTTPS',
    severity: 'MEDIUM',
    meaning: 'Health checks cross the network in clear text and do not notice when the TLS side of a target is broken.',
    byHand:
      'Change the check: `aws elbv2 modify-target-group --target-group-arn ARN --health-check-protocol HTTPS`. The targets must answer over TLS on the health check port.',
    gap: {
      kind: 'workload',
      reason:
        'The targets must offer TLS on the port that is checked; the developers of the application have to provide it.',
    },
    standards: {
      'fsbp-1.0': ['ELB.21'],
    },
  },
  'ELB.22': {
    title: 'Target groups send traffic to their targets encrypted',
    severity: 'MEDIUM',
    meaning: 'The last stretch from load balancer to application can be read by anyone inside the network.',
    byHand:
      'It can only be set at creation: create a new target group by `aws elbv2 create-target-group --name NAME --protocol HTTPS --port 443 --vpc-id VPC` (`TLS` for network load balancers), register the targets and point the listener at it.',
    gap: {
      kind: 'workload',
      reason:
        'Encryption up to the application means certificates on each target; the application owner weighs that against trust in the VPC.',
    },
    standards: {
      'fsbp-1.0': ['ELB.22'],
    },
  },
});
