import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'APIGateway.1': {
    title: 'Stages of REST and WebSocket APIs log the execution of requests',
    severity: 'MEDIUM',
    meaning: 'When calls fail or an attacker probes the API, nobody can see which step refused a request or why.',
    byHand:
      "Turn it on: `aws apigateway update-stage --rest-api-id ID --stage-name STAGE --patch-operations 'op=replace,path=/*/*/logging/loglevel,value=ERROR'`. For a WebSocket API: `aws apigatewayv2 update-stage --api-id ID --stage-name STAGE --default-route-settings LoggingLevel=ERROR`.",
    gap: {
      kind: 'workload',
      reason:
        'Log level and volume depend on the traffic of the API; its owner picks ERROR or INFO and gives the account the role that may write the logs.',
    },
    stockRules: ['AwsSolutions-APIG6', 'NIST.800.53.R5-APIGWExecutionLoggingEnabled'],
    standards: {
      'fsbp-1.0': ['APIGateway.1'],
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
      'iso27001-2022': ['A.8.15'],
      soc2: ['A1.1', 'CC7.2', 'CC7.3', 'PI1.2'],
    },
  },
  'APIGateway.2': {
    title: 'Stages of REST APIs identify themselves to their backend with a client certificate',
    severity: 'MEDIUM',
    meaning:
      'The backend cannot tell calls through the gateway from calls around it, so authorization at the gateway can be bypassed.',
    byHand:
      'Run `aws apigateway generate-client-certificate`, then `aws apigateway update-stage --rest-api-id ID --stage-name STAGE --patch-operations op=replace,path=/clientCertificateId,value=CERT_ID`. Let the backend accept only this certificate.',
    gap: {
      kind: 'workload',
      reason:
        'It helps only where the API calls an HTTPS backend that verifies the certificate; the teams of the API and of the backend have to agree on it.',
    },
    stockRules: ['NIST.800.53.R5-APIGWSSLEnabled'],
    standards: {
      'fsbp-1.0': ['APIGateway.2'],
      'nist-800-53-r5': [
        'AC-4', 'AC-4(22)', 'AC-17(2)', 'AC-24(1)', 'AU-9(3)', 'CA-9', 'IA-5(1)', 'PM-17', 'SC-7(4)', 'SC-7(5)', 'SC-8',
        'SC-8(1)', 'SC-8(2)', 'SC-8(3)', 'SC-8(4)', 'SC-8(5)', 'SC-13', 'SC-23', 'SI-1',
      ],
    },
  },
  'APIGateway.3': {
    title: 'Stages of REST APIs trace their requests with X-Ray',
    severity: 'LOW',
    meaning:
      'A slow or failing request cannot be followed through the services behind the API, which makes incidents last longer.',
    byHand:
      'Turn tracing on: `aws apigateway update-stage --rest-api-id ID --stage-name STAGE --patch-operations op=replace,path=/tracingEnabled,value=true`.',
    gap: {
      kind: 'workload',
      reason:
        'Traces cost money per request and help only if the services behind take part; the owner of the API decides on them.',
    },
    stockRules: ['HIPAA.Security-APIGWXrayEnabled', 'Serverless-APIGWXrayEnabled'],
    standards: {
      'fsbp-1.0': ['APIGateway.3'],
    },
  },
  'APIGateway.4': {
    title: 'Stages of REST APIs stand behind a web ACL',
    severity: 'MEDIUM',
    meaning: 'Floods, injections and scanners reach the API unfiltered.',
    byHand:
      'Attach a regional web ACL: `aws wafv2 associate-web-acl --web-acl-arn ACL_ARN --resource-arn arn:aws:apigateway:REGION::/restapis/ID/stages/STAGE`.',
    stockRules: ['AwsSolutions-APIG3', 'NIST.800.53.R5-APIGWAssociatedWithWAF'],
    standards: {
      'fsbp-1.0': ['APIGateway.4'],
      'nist-800-53-r5': ['AC-4(21)'],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.1', '1.4.2', '1.4.4', '1.5.1', '6.4.1', '6.4.2', 'A1.1.3'],
    },
  },
  'APIGateway.5': {
    title: 'Cached responses of REST APIs are encrypted',
    severity: 'MEDIUM',
    meaning: 'Responses with personal data lie in the cache in plain form.',
    byHand:
      "Where a stage caches, encrypt the cache: `aws apigateway update-stage --rest-api-id ID --stage-name STAGE --patch-operations 'op=replace,path=/*/*/caching/dataEncrypted,value=true'`.",
    gap: {
      kind: 'workload',
      reason:
        'Caching is chosen per stage and method; the owner who turns a cache on has to turn its encryption on with it.',
    },
    stockRules: ['NIST.800.53.R5-APIGWCacheEnabledAndEncrypted'],
    standards: {
      'fsbp-1.0': ['APIGateway.5'],
    },
  },
  'APIGateway.8': {
    title: 'Routes of HTTP and WebSocket APIs name how callers are authorized',
    severity: 'MEDIUM',
    meaning: 'Anyone on the internet who finds the URL can call the route.',
    byHand:
      'Give the route an authorizer: `aws apigatewayv2 update-route --api-id ID --route-id ROUTE_ID --authorization-type JWT --authorizer-id AUTHORIZER_ID`, or AWS_IAM or CUSTOM as type. In a WebSocket API set AWS_IAM or CUSTOM on the $connect route.',
    gap: {
      kind: 'workload',
      reason:
        'Who the callers are and how they prove it is part of the design of the API; a route that is public on purpose is for its owner to justify.',
    },
    stockRules: ['AwsSolutions-APIG4'],
    standards: {
      'fsbp-1.0': ['APIGateway.8'],
    },
  },
  'APIGateway.9': {
    title: 'Stages of HTTP and WebSocket APIs log every access',
    severity: 'MEDIUM',
    meaning: 'Nobody can tell afterward who called which route, from where, and what came back.',
    byHand:
      "Name a log group and a format: `aws apigatewayv2 update-stage --api-id ID --stage-name STAGE --access-log-settings 'DestinationArn=LOG_GROUP_ARN,Format=FORMAT'`, with $context.requestId in the format.",
    gap: {
      kind: 'workload',
      reason:
        'Which fields of a request may be kept, and for how long, depends on the data the API handles; its owner chooses format and retention.',
    },
    stockRules: ['AwsSolutions-APIG1'],
    standards: {
      'fsbp-1.0': ['APIGateway.9'],
      'cis-7.0': ['4.10'],
      'pci-4.0': [
        '5.3.4', '10.2.1', '10.2.1.1', '10.2.1.2', '10.2.1.3', '10.2.1.4', '10.2.1.5', '10.2.1.6', '10.2.1.7', '10.2.2',
        '10.3.1', '10.6.3', 'A1.2.1',
      ],
      'iso27001-2022': ['A.8.15'],
      soc2: ['A1.1', 'PI1.2'],
    },
  },
  'APIGateway.10': {
    title: 'Private integrations of HTTP APIs speak HTTPS to their backend',
    severity: 'MEDIUM',
    meaning:
      'Requests cross the VPC in clear text, where anyone who controls a host or a mirror on the way can read them.',
    byHand:
      'Give the load balancer behind the VPC link an HTTPS listener, then set the name on its certificate: `aws apigatewayv2 update-integration --api-id ID --integration-id INTEGRATION_ID --integration-uri LISTENER_ARN --tls-config ServerNameToVerify=NAME`.',
    gap: {
      kind: 'workload',
      reason:
        'The load balancer behind the VPC link needs a certificate and a TLS listener first; the team that runs the backend has to provide them.',
    },
    standards: {
      'fsbp-1.0': ['APIGateway.10'],
    },
  },
  'APIGateway.11': {
    title: 'Custom domain names of APIs refuse outdated TLS versions',
    severity: 'MEDIUM',
    meaning:
      'Clients may connect with TLS 1.0 and weak ciphers, which an attacker on the path can force and then break.',
    byHand:
      'Raise the security policy: `aws apigateway update-domain-name --domain-name DOMAIN --patch-operations op=replace,path=/securityPolicy,value=POLICY`. Take TLS_1_2, or one that starts with SecurityPolicy_TLS13_ together with an endpoint access mode.',
    standards: {
      'fsbp-1.0': ['APIGateway.11'],
    },
  },
});
