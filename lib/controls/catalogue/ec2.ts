import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'EC2.1': {
    title: 'EBS snapshots cannot be restored by everyone',
    severity: 'CRITICAL',
    meaning:
      'Any AWS account can make a volume from the snapshot and read the whole disk, with passwords and keys on it.',
    byHand:
      'Run `aws ec2 modify-snapshot-attribute --snapshot-id ID --attribute createVolumePermission --operation-type remove --group-names all`. Replace all secrets that were on the disk.',
    standards: {
      'fsbp-1.0': ['EC2.1'],
      'nist-800-53-r5': [
        'AC-2(6)', 'AC-3', 'AC-3(7)', 'AC-4(21)', 'AC-6', 'AC-17', 'AC-17(1)', 'AC-17(4)', 'AC-17(9)', 'AC-17(10)',
        'MP-2', 'SC-7', 'SC-7(2)', 'SC-7(3)', 'SC-7(7)', 'SC-7(9)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)', 'SC-7(20)',
        'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)', 'SC-25',
      ],
      hipaa: ['164.308(a)(1)(ii)(B)', '164.308(a)(3)(i)', '164.312(a)(1)'],
      'iso27001-2022': ['A.8.1'],
      soc2: ['CC6.6'],
    },
  },
  'EC2.2': {
    title: 'Default security groups have no rules',
    severity: 'HIGH',
    meaning:
      'Whatever is started without a group of its own can talk to all its neighbors, and an intruder moves on along that path.',
    byHand:
      'Give everything that uses the default group a group of its own, then delete the rules: `aws ec2 revoke-security-group-ingress --group-id GROUP_ID --security-group-rule-ids RULE_ID` and the same with `revoke-security-group-egress`.',
    stockRules: ['NIST.800.53.R5-VPCDefaultSecurityGroupClosed'],
    standards: {
      'fsbp-1.0': ['EC2.2'],
      'cis-3.0': ['5.4'],
      'cis-5.0': ['5.5'],
      'cis-7.0': ['6.5'],
      'nist-800-53-r5': [
        'AC-4(21)', 'AC-17', 'AC-17(1)', 'AC-17(4)', 'AC-17(9)', 'AC-17(10)', 'CM-6', 'CM-9', 'SC-7', 'SC-7(5)',
        'SC-7(7)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)', 'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)',
        'SC-7(28)',
      ],
      'iso27001-2022': ['A.8.20', 'A.8.21', 'A.8.22'],
    },
  },
  'EC2.3': {
    title: 'Volumes attached to instances are encrypted',
    severity: 'MEDIUM',
    meaning: 'Who gets hold of a snapshot or copy of the volume reads the disk, and no key policy stands in the way.',
    byHand:
      'A volume cannot be changed in place: take a snapshot, run `aws ec2 create-volume --snapshot-id ID --availability-zone ZONE --encrypted`, then stop the instance and swap the volumes.',
    gap: {
      kind: 'organization',
      reason:
        'An organization policy on ec2:Encrypted would refuse unencrypted volumes; this version deploys no such policy.',
    },
    stockRules: ['AwsSolutions-EC26'],
    standards: {
      'fsbp-1.0': ['EC2.3'],
      'cis-3.0': ['2.2.1'],
      'cis-5.0': ['5.1.1'],
      'nist-800-53-r5': ['AU-9(3)', 'CM-6', 'CM-9', 'CP-9', 'SC-8(3)', 'SC-8(4)', 'SC-13', 'SC-28(1)', 'SI-19(4)'],
      'pci-4.0': ['3.5.1', '8.3.2'],
      hipaa: [
        '164.308(a)(1)(ii)(B)', '164.308(a)(4)(ii)(A)', '164.312(a)(2)(iv)', '164.312(c)(1)', '164.312(c)(2)',
        '164.312(e)(2)(ii)',
      ],
      gdpr: ['Art. 32'],
      'iso27001-2022': ['A.8.11', 'A.8.24'],
      soc2: ['PI1.5'],
    },
  },
  'EC2.4': {
    title: 'Instances do not stay stopped for more than a month',
    severity: 'MEDIUM',
    meaning: 'Forgotten machines miss all patches and come back vulnerable when somebody starts them again.',
    byHand:
      'Find out who owns the instance, keep an image if it may be needed (`aws ec2 create-image --instance-id ID --name NAME`), then run `aws ec2 terminate-instances --instance-ids ID`.',
    gap: {
      kind: 'planned',
      reason:
        'A later version brings a Config rule that reports instances stopped for 30 days; this version does not look for them.',
    },
    standards: {
      'fsbp-1.0': ['EC2.4'],
      'nist-800-53-r5': ['CM-2', 'CM-2(2)', 'CM-3(3)', 'CM-8(6)'],
      hipaa: ['164.308(a)(1)(ii)(B)'],
      'iso27001-2022': ['A.8.10'],
    },
  },
  'EC2.6': {
    title: 'VPCs record their network traffic in flow logs',
    severity: 'MEDIUM',
    meaning: 'After an intrusion nobody can see which addresses were contacted or how much data left.',
    byHand:
      'Run `aws ec2 create-flow-logs --resource-type VPC --resource-ids VPC_ID --traffic-type ALL --log-destination-type s3 --log-destination BUCKET_ARN`.',
    stockRules: ['AwsSolutions-VPC7', 'NIST.800.53.R5-VPCFlowLogsEnabled'],
    standards: {
      'fsbp-1.0': ['EC2.6'],
      'cis-3.0': ['3.7'],
      'cis-5.0': ['3.7'],
      'cis-7.0': ['4.7'],
      'nist-800-53-r5': [
        'AC-4(26)', 'AU-2', 'AU-3', 'AU-6(3)', 'AU-6(4)', 'AU-6(6)', 'AU-6(9)', 'AU-8', 'AU-12', 'AU-12(1)', 'AU-12(2)',
        'AU-12(3)', 'AU-12(4)', 'AU-14', 'AU-14(3)', 'CA-7', 'CM-5(1)', 'CM-6', 'CM-9', 'IA-3(3)', 'MA-4(1)', 'PM-14',
        'PM-31', 'SI-4(17)', 'SI-7(8)',
      ],
      'pci-4.0': [
        '5.3.4', '10.2.1', '10.2.1.1', '10.2.1.2', '10.2.1.3', '10.2.1.4', '10.2.1.5', '10.2.1.6', '10.2.1.7', '10.2.2',
        '10.3.1', '10.6.3', 'A1.2.1',
      ],
      hipaa: ['164.308(a)(1)(ii)(D)', '164.308(a)(3)(ii)(A)', '164.308(a)(6)(ii)', '164.312(b)', '164.312(c)(2)'],
      gdpr: ['Art. 25', 'Art. 30'],
      'iso27001-2022': ['A.8.15', 'A.8.16', 'A.8.20', 'A.8.21', 'A.8.22', 'A.8.23'],
      soc2: ['CC7.2', 'CC7.3'],
    },
  },
  'EC2.7': {
    title: 'New EBS volumes are encrypted by default',
    severity: 'MEDIUM',
    meaning: 'Every volume whose creator forgets the flag is stored unencrypted, and so are its snapshots.',
    byHand:
      'Run `aws ec2 enable-ebs-encryption-by-default` in each Region, and set the key with `aws ec2 modify-ebs-default-kms-key-id --kms-key-id KEY_ARN`.',
    standards: {
      'fsbp-1.0': ['EC2.7'],
      'cis-3.0': ['2.2.1'],
      'cis-5.0': ['5.1.1'],
      'cis-7.0': ['6.1.1'],
      'nist-800-53-r5': ['AU-9(3)', 'CM-6', 'CM-9', 'CP-9', 'SC-8(3)', 'SC-8(4)', 'SC-13', 'SC-28(1)', 'SI-19(4)'],
      'pci-4.0': ['3.5.1', '8.3.2'],
      hipaa: ['164.308(a)(1)(ii)(B)', '164.308(a)(4)(ii)(A)', '164.312(a)(2)(iv)', '164.312(e)(2)(ii)'],
      gdpr: ['Art. 32'],
      'iso27001-2022': ['A.8.11', 'A.8.24'],
      soc2: ['PI1.5'],
    },
  },
  'EC2.8': {
    title: 'Instances hand out role credentials only to IMDSv2 requests',
    severity: 'HIGH',
    meaning: 'A flaw that makes the server fetch a URL is enough to steal the credentials of the instance role.',
    byHand:
      'Update software that still uses version 1, then run `aws ec2 modify-instance-metadata-options --instance-id ID --http-tokens required`. For new instances set `aws ec2 modify-instance-metadata-defaults --http-tokens required` in each Region.',
    gap: {
      kind: 'organization',
      reason:
        'An organization policy on ec2:MetadataHttpTokens would refuse instances that answer version 1; this version deploys no such policy.',
    },
    stockRules: ['NIST.800.53.R5-EC2IMDSv2Enabled'],
    standards: {
      'fsbp-1.0': ['EC2.8'],
      'cis-3.0': ['5.6'],
      'cis-5.0': ['5.7'],
      'cis-7.0': ['6.7'],
      'nist-800-53-r5': [
        'AC-2(6)', 'AC-3', 'AC-3(3)', 'AC-3(4)', 'AC-3(7)', 'AC-3(8)', 'AC-3(12)', 'AC-3(13)', 'AC-3(15)', 'AC-4(28)',
        'AC-6', 'AC-24', 'CM-5(1)', 'MP-2', 'SC-23(3)',
      ],
      'pci-4.0': ['8.2.8'],
      'iso27001-2022': ['A.8.20', 'A.8.21', 'A.8.22'],
      soc2: ['CC7.2'],
    },
  },
  'EC2.9': {
    title: 'Instances have no public IPv4 address',
    severity: 'HIGH',
    meaning:
      'The machine can be scanned and attacked from the whole internet, with only its security group in between.',
    byHand:
      'Put a load balancer or NAT gateway in front, then run `aws ec2 modify-network-interface-attribute --network-interface-id ENI_ID --no-associate-public-ip-address`. Release an Elastic IP with `aws ec2 disassociate-address --association-id ID`.',
    stockRules: ['NIST.800.53.R5-EC2InstanceNoPublicIp'],
    standards: {
      'fsbp-1.0': ['EC2.9'],
      'nist-800-53-r5': [
        'AC-2(6)', 'AC-3', 'AC-3(7)', 'AC-4(21)', 'AC-6', 'AC-17', 'AC-17(1)', 'AC-17(4)', 'AC-17(9)', 'AC-17(10)',
        'MP-2', 'SC-7', 'SC-7(2)', 'SC-7(3)', 'SC-7(7)', 'SC-7(9)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)', 'SC-7(20)',
        'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)', 'SC-25',
      ],
      hipaa: ['164.308(a)(1)(ii)(B)', '164.308(a)(3)(i)', '164.312(a)(1)'],
      'iso27001-2022': ['A.8.1', 'A.8.20', 'A.8.21', 'A.8.22'],
      soc2: ['CC6.6'],
    },
  },
  'EC2.10': {
    title: 'VPCs reach the EC2 API through a private endpoint',
    severity: 'MEDIUM',
    meaning:
      'Calls to the EC2 API leave over the internet, so private subnets need a way out that an intruder can use as well.',
    byHand:
      'Run `aws ec2 create-vpc-endpoint --vpc-id VPC_ID --vpc-endpoint-type Interface --service-name com.amazonaws.REGION.ec2 --subnet-ids SUBNET_ID --security-group-ids GROUP_ID --private-dns-enabled`.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's network construct includes an interface endpoint for EC2; this version creates no endpoints.",
    },
    standards: {
      'fsbp-1.0': ['EC2.10'],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.1', '1.4.2', '1.4.4', '1.5.1', 'A1.1.3'],
      'iso27001-2022': ['A.8.20', 'A.8.21', 'A.8.22'],
    },
  },
  'EC2.13': {
    title: 'Security groups do not admit the public to port 22',
    severity: 'HIGH',
    meaning: 'Everyone on the internet can try passwords and stolen keys against SSH.',
    byHand:
      'Delete the rule with `aws ec2 revoke-security-group-ingress --group-id GROUP_ID --security-group-rule-ids RULE_ID` and use Session Manager for shell access.',
    stockRules: ['AwsSolutions-EC23', 'NIST.800.53.R5-EC2RestrictedSSH'],
    standards: {
      'cis-3.0': ['5.2', '5.3'],
      'cis-5.0': ['5.3', '5.4'],
      'cis-7.0': ['6.3', '6.4'],
      'nist-800-53-r5': [
        'AC-17', 'AC-17(1)', 'AC-17(9)', 'AC-17(10)', 'CM-9', 'SC-7', 'SC-7(7)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)',
        'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)',
      ],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', 'A1.1.3'],
    },
  },
  'EC2.14': {
    title: 'Security groups do not admit the public to port 3389',
    severity: 'HIGH',
    meaning: 'Everyone on the internet can try passwords and known exploits against Remote Desktop.',
    byHand:
      'Delete the rule with `aws ec2 revoke-security-group-ingress --group-id GROUP_ID --security-group-rule-ids RULE_ID` and use Fleet Manager or a Session Manager port forwarding for Remote Desktop.',
    stockRules: ['AwsSolutions-EC23', 'NIST.800.53.R5-EC2RestrictedCommonPorts'],
    standards: {
      'cis-3.0': ['5.2', '5.3'],
      'cis-5.0': ['5.3', '5.4'],
      'cis-7.0': ['6.3', '6.4'],
      'nist-800-53-r5': [
        'AC-17', 'AC-17(1)', 'AC-17(9)', 'AC-17(10)', 'CM-9', 'SC-7', 'SC-7(7)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)',
        'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)',
      ],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', 'A1.1.3'],
    },
  },
  'EC2.15': {
    title: 'Subnets do not hand out public addresses on launch',
    severity: 'MEDIUM',
    meaning: 'Instances get a public address without anybody having asked for it and stand open to the internet.',
    byHand:
      'Run `aws ec2 modify-subnet-attribute --subnet-id ID --no-map-public-ip-on-launch`. Instances that are already running keep their address until it is removed.',
    stockRules: ['NIST.800.53.R5-VPCSubnetAutoAssignPublicIpDisabled'],
    standards: {
      'fsbp-1.0': ['EC2.15'],
      'iso27001-2022': ['A.8.20', 'A.8.21', 'A.8.22'],
      soc2: ['CC6.6'],
    },
  },
  'EC2.16': {
    title: 'Network ACLs are in use by a subnet',
    severity: 'LOW',
    meaning: 'Leftover ACLs with loose rules may be attached to a subnet by mistake and clutter every review.',
    byHand:
      'Run `aws ec2 delete-network-acl --network-acl-id ID` for each ACL without a subnet. The default ACL of a VPC cannot be deleted.',
    gap: {
      kind: 'planned',
      reason:
        'A later version brings a Config rule that reports network ACLs without a subnet; this version does not look for them.',
    },
    standards: {
      'fsbp-1.0': ['EC2.16'],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', 'A1.1.3'],
      'iso27001-2022': ['A.8.20', 'A.8.21', 'A.8.22'],
    },
  },
  'EC2.17': {
    title: 'Instances have a single network interface',
    severity: 'LOW',
    meaning: 'A machine that stands in two subnets is a bridge around the filters between them.',
    byHand:
      'Move the traffic to the first interface, then run `aws ec2 detach-network-interface --attachment-id ID` and delete the spare interface.',
    gap: {
      kind: 'workload',
      reason:
        'Firewalls, routers and some container hosts need several interfaces; who runs the machine has to say whether it is one of those.',
    },
    standards: {
      'fsbp-1.0': ['EC2.17'],
      'iso27001-2022': ['A.8.20', 'A.8.21', 'A.8.22'],
    },
  },
  'EC2.18': {
    title: 'Security groups admit the public only to authorized ports',
    severity: 'HIGH',
    meaning: 'Services never meant for the internet can be reached and attacked from everywhere.',
    byHand:
      'Restrict the source of the rule to known addresses or groups, or delete it: `aws ec2 revoke-security-group-ingress --group-id GROUP_ID --security-group-rule-ids RULE_ID`. Only ports 80 and 443 may stay open to the public.',
    stockRules: ['AwsSolutions-EC23'],
    standards: {
      'fsbp-1.0': ['EC2.18'],
      'pci-4.0': ['1.3.1'],
    },
  },
  'EC2.19': {
    title: 'Security groups do not admit the public to high-risk ports',
    severity: 'CRITICAL',
    meaning: 'Databases, file shares and remote logins are found by scanners within minutes and attacked.',
    byHand:
      'Delete the rule with `aws ec2 revoke-security-group-ingress --group-id GROUP_ID --security-group-rule-ids RULE_ID`, or narrow its source to the group of the clients.',
    stockRules: ['AwsSolutions-EC23', 'NIST.800.53.R5-EC2RestrictedCommonPorts'],
    standards: {
      'fsbp-1.0': ['EC2.19'],
      'pci-4.0': ['2.2.5'],
      'iso27001-2022': ['A.8.20', 'A.8.21', 'A.8.22'],
      soc2: ['CC6.6'],
    },
  },
  'EC2.20': {
    title: 'Both tunnels of each VPN connection are up',
    severity: 'MEDIUM',
    meaning: 'With one tunnel down the next fault or maintenance by AWS cuts the link to the other site.',
    byHand:
      "Look at `aws ec2 describe-vpn-connections --vpn-connection-ids ID --query 'VpnConnections[].VgwTelemetry'` and repair the tunnel that is DOWN on the customer gateway, or let AWS start it by setting StartupAction to start.",
    gap: {
      kind: 'planned',
      reason: 'A later version brings an alarm on the state of VPN tunnels; this version has none.',
    },
    standards: {
      'fsbp-1.0': ['EC2.20'],
      'pci-4.0': ['1.3.1', '1.3.2', '1.4.1', '1.4.2', '1.4.4'],
      'iso27001-2022': ['A.8.14', 'A.8.20', 'A.8.21', 'A.8.22'],
    },
  },
  'EC2.21': {
    title: 'Network ACLs do not let the public in on ports 22 and 3389',
    severity: 'MEDIUM',
    meaning:
      'One careless security group is enough to open SSH or Remote Desktop to the internet, as the subnet does not stop it.',
    byHand:
      'Delete the entry with `aws ec2 delete-network-acl-entry --network-acl-id ID --ingress --rule-number NUMBER` or put a deny for ports 22 and 3389 on a lower number before it.',
    standards: {
      'fsbp-1.0': ['EC2.21'],
      'cis-3.0': ['5.1'],
      'cis-5.0': ['5.2'],
      'cis-7.0': ['6.2'],
      'nist-800-53-r5': [
        'AC-4(21)', 'AC-17', 'AC-17(1)', 'AC-17(4)', 'AC-17(9)', 'AC-17(10)', 'CM-2', 'CM-2(2)', 'CM-6', 'CM-7',
        'CM-8(6)', 'CM-9', 'SC-7', 'SC-7(5)', 'SC-7(7)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)', 'SC-7(21)', 'SC-7(24)',
        'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)',
      ],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', 'A1.1.3'],
      hipaa: ['164.308(a)(1)(ii)(B)', '164.312(e)(1)'],
      'iso27001-2022': ['A.8.20', 'A.8.21', 'A.8.22'],
      soc2: ['CC6.6'],
    },
  },
  'EC2.23': {
    title: 'Transit gateways do not accept attachments unasked',
    severity: 'HIGH',
    meaning: 'Any account the gateway is shared with can connect its VPC to the network without anybody agreeing.',
    byHand:
      'Run `aws ec2 modify-transit-gateway --transit-gateway-id ID --options AutoAcceptSharedAttachments=disable` and review the attachments already accepted.',
    standards: {
      'fsbp-1.0': ['EC2.23'],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', 'A1.1.3'],
      'iso27001-2022': ['A.8.20', 'A.8.21', 'A.8.22'],
      soc2: ['CC6.7'],
    },
  },
  'EC2.24': {
    title: 'Instances do not use paravirtual images',
    severity: 'MEDIUM',
    meaning:
      'Paravirtual images run only on outdated instance types, without the protections that current hardware brings.',
    byHand:
      'An instance cannot be converted: build or choose an image of type HVM (`aws ec2 describe-images --filters Name=virtualization-type,Values=hvm --owners amazon`), start a new instance from it and migrate.',
    gap: {
      kind: 'workload',
      reason: 'The machine has to be rebuilt on a current image; whoever owns the software on it has to test it there.',
    },
    standards: {
      'fsbp-1.0': ['EC2.24'],
      'iso27001-2022': ['A.8.20', 'A.8.21', 'A.8.22'],
    },
  },
  'EC2.25': {
    title: 'Launch templates assign no public addresses',
    severity: 'HIGH',
    meaning: 'Each instance started from the template stands on the internet with an address of its own.',
    byHand:
      'Create a version of the template whose NetworkInterfaces have AssociatePublicIpAddress false, then make it the default: `aws ec2 modify-launch-template --launch-template-id ID --default-version NUMBER`. Replace the running instances.',
    standards: {
      'fsbp-1.0': ['EC2.25'],
      'pci-4.0': ['1.4.5'],
      'iso27001-2022': ['A.8.20', 'A.8.21', 'A.8.22'],
      soc2: ['CC6.6'],
    },
  },
  'EC2.51': {
    title: 'Client VPN endpoints log who connects',
    severity: 'LOW',
    meaning: 'Nobody can tell which user was connected, from where and when, after a stolen login has been used.',
    byHand:
      'Run `aws ec2 modify-client-vpn-endpoint --client-vpn-endpoint-id ID --connection-log-options Enabled=true,CloudwatchLogGroup=GROUP`.',
    gap: {
      kind: 'workload',
      reason:
        'The logs hold names and addresses of people; who runs the VPN decides on the log group and its retention.',
    },
    standards: {
      'fsbp-1.0': ['EC2.51'],
      'pci-4.0': [
        '1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', '5.3.4', '10.2.1', '10.2.1.1', '10.2.1.2', '10.2.1.3', '10.2.1.4',
        '10.2.1.5', '10.2.1.6', '10.2.1.7', '10.2.2', '10.3.1', '10.6.3', 'A1.1.3', 'A1.2.1',
      ],
      'iso27001-2022': ['A.8.15'],
      soc2: ['A1.1'],
    },
  },
  'EC2.53': {
    title: 'Security groups do not admit the public to administration ports over IPv4',
    severity: 'HIGH',
    meaning: 'Everyone on the internet can try to log in to SSH or Remote Desktop of the machines behind the group.',
    byHand:
      'Delete the rule for 0.0.0.0/0 with `aws ec2 revoke-security-group-ingress --group-id GROUP_ID --security-group-rule-ids RULE_ID` and administer the machines through Session Manager.',
    stockRules: ['AwsSolutions-EC23', 'NIST.800.53.R5-EC2RestrictedSSH', 'NIST.800.53.R5-EC2RestrictedCommonPorts'],
    standards: {
      'cis-3.0': ['5.2', '5.3'],
      'cis-5.0': ['5.3'],
      'cis-7.0': ['6.3', '6.4'],
      'nist-800-53-r5': [
        'AC-17', 'AC-17(1)', 'AC-17(9)', 'AC-17(10)', 'CM-9', 'SC-7', 'SC-7(7)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)',
        'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)',
      ],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', 'A1.1.3'],
      hipaa: ['164.308(a)(1)(ii)(B)', '164.312(e)(1)'],
      'iso27001-2022': ['A.8.20', 'A.8.21', 'A.8.22'],
      soc2: ['CC6.6', 'CC7.2'],
    },
  },
  'EC2.54': {
    title: 'Security groups do not admit the public to administration ports over IPv6',
    severity: 'HIGH',
    meaning:
      'Logins that are closed on IPv4 are still open to the whole internet on IPv6, where they are easily overlooked.',
    byHand:
      'Delete the rule for ::/0 with `aws ec2 revoke-security-group-ingress --group-id GROUP_ID --security-group-rule-ids RULE_ID` and administer the machines through Session Manager.',
    stockRules: ['AwsSolutions-EC23', 'NIST.800.53.R5-EC2RestrictedSSH'],
    standards: {
      'cis-3.0': ['5.2', '5.3'],
      'cis-5.0': ['5.4'],
      'cis-7.0': ['6.3', '6.4'],
      'nist-800-53-r5': [
        'AC-17', 'AC-17(1)', 'AC-17(9)', 'AC-17(10)', 'CM-9', 'SC-7', 'SC-7(7)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)',
        'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)',
      ],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', 'A1.1.3'],
      hipaa: ['164.308(a)(1)(ii)(B)', '164.312(e)(1)'],
      'iso27001-2022': ['A.8.20', 'A.8.21', 'A.8.22'],
      soc2: ['CC6.6', 'CC7.2'],
    },
  },
  'EC2.55': {
    title: 'VPCs reach the ECR API through a private endpoint',
    severity: 'MEDIUM',
    meaning:
      'Logins to the container registry go over the internet, so hosts need a way out that can also carry data away.',
    byHand:
      'Run `aws ec2 create-vpc-endpoint --vpc-id VPC_ID --vpc-endpoint-type Interface --service-name com.amazonaws.REGION.ecr.api --subnet-ids SUBNET_ID --security-group-ids GROUP_ID --private-dns-enabled`.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's network construct includes an endpoint for the ECR API in its business tier; this version creates no endpoints.",
    },
    standards: {
      'fsbp-1.0': ['EC2.55'],
    },
  },
  'EC2.56': {
    title: 'VPCs pull container images through a private endpoint',
    severity: 'MEDIUM',
    meaning: 'Images are pulled over the internet, and hosts that run containers cannot be cut off from it.',
    byHand:
      'Run `aws ec2 create-vpc-endpoint --vpc-id VPC_ID --vpc-endpoint-type Interface --service-name com.amazonaws.REGION.ecr.dkr --subnet-ids SUBNET_ID --security-group-ids GROUP_ID --private-dns-enabled`. Add the gateway endpoint for S3, where the layers are stored.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's network construct includes an endpoint for the Docker registry of ECR; this version leaves image pulls on the way they take.",
    },
    standards: {
      'fsbp-1.0': ['EC2.56'],
    },
  },
  'EC2.57': {
    title: 'VPCs reach Systems Manager through a private endpoint',
    severity: 'MEDIUM',
    meaning:
      'Machines need internet access to be patched and administered, and without it they cannot be reached in an emergency.',
    byHand:
      'Run `aws ec2 create-vpc-endpoint --vpc-id VPC_ID --vpc-endpoint-type Interface --service-name com.amazonaws.REGION.ssm --subnet-ids SUBNET_ID --security-group-ids GROUP_ID --private-dns-enabled`. Do the same for ssmmessages.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's network construct includes the endpoints of Systems Manager; this version leaves managed machines to the internet route they have.",
    },
    standards: {
      'fsbp-1.0': ['EC2.57'],
    },
  },
  'EC2.58': {
    title: 'VPCs that use Incident Manager reach its contacts service through a private endpoint',
    severity: 'MEDIUM',
    meaning:
      'Paging of responders from inside the VPC depends on internet access that may be down in the very incident.',
    byHand:
      'Disable this control in Security Hub and note the reason. Where the account still uses Incident Manager, run `aws ec2 create-vpc-endpoint --vpc-id VPC_ID --vpc-endpoint-type Interface --service-name com.amazonaws.REGION.ssm-contacts --subnet-ids SUBNET_ID --security-group-ids GROUP_ID --private-dns-enabled`.',
    gap: {
      kind: 'not-applicable',
      reason:
        'AWS closed Incident Manager to new customers in November 2025, so an account that did not use it before cannot have contacts there.',
    },
    standards: {
      'fsbp-1.0': ['EC2.58'],
    },
  },
  'EC2.60': {
    title: 'VPCs that use Incident Manager reach it through a private endpoint',
    severity: 'MEDIUM',
    meaning:
      'Opening and updating incidents from inside the VPC depends on internet access that may be down just then.',
    byHand:
      'Disable this control in Security Hub and note the reason. Where the account still uses Incident Manager, run `aws ec2 create-vpc-endpoint --vpc-id VPC_ID --vpc-endpoint-type Interface --service-name com.amazonaws.REGION.ssm-incidents --subnet-ids SUBNET_ID --security-group-ids GROUP_ID --private-dns-enabled`.',
    gap: {
      kind: 'not-applicable',
      reason:
        'Incident Manager takes no new customers since November 2025; only accounts that used it before can have a use for this endpoint.',
    },
    standards: {
      'fsbp-1.0': ['EC2.60'],
    },
  },
  'EC2.170': {
    title: 'Launch templates demand IMDSv2',
    severity: 'LOW',
    meaning: 'Every instance from the template gives its role credentials to anyone who can make it fetch a URL.',
    byHand:
      "Run `aws ec2 create-launch-template-version --launch-template-id ID --source-version NUMBER --launch-template-data 'MetadataOptions={HttpTokens=required}'`, make the new version the default and replace the running instances.",
    gap: {
      kind: 'organization',
      reason:
        'The organization policy that refuses launches without IMDSv2 tokens, whatever the template says, is not deployed by this version.',
    },
    stockRules: ['NIST.800.53.R5-EC2IMDSv2Enabled'],
    standards: {
      'fsbp-1.0': ['EC2.170'],
    },
  },
  'EC2.171': {
    title: 'VPN connections log the state of their tunnels',
    severity: 'MEDIUM',
    meaning: 'When a tunnel fails or somebody tampers with its negotiation there is nothing to look at.',
    byHand:
      "Run for each tunnel `aws ec2 modify-vpn-tunnel-options --vpn-connection-id ID --vpn-tunnel-outside-ip-address IP --tunnel-options 'LogOptions={CloudWatchLogOptions={LogEnabled=true,LogGroupArn=LOG_GROUP_ARN}}'`. The tunnel is down for some minutes.",
    gap: {
      kind: 'workload',
      reason:
        'Changing a tunnel interrupts it; the team that runs the link to the other site picks the time and the log group.',
    },
    standards: {
      'fsbp-1.0': ['EC2.171'],
    },
  },
  'EC2.172': {
    title: 'Regions block internet gateway traffic of all VPCs but for named exceptions',
    severity: 'MEDIUM',
    meaning: 'A single added route and public address opens any VPC of the account to the internet.',
    byHand:
      'First exclude the public subnets: `aws ec2 create-vpc-block-public-access-exclusion --subnet-id ID --internet-gateway-exclusion-mode allow-bidirectional`. Then run `aws ec2 modify-vpc-block-public-access-options --internet-gateway-block-mode block-bidirectional` in each Region.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's network construct turns on the block and excludes only the public edge subnets; this version does not set it.",
    },
    standards: {
      'fsbp-1.0': ['EC2.172'],
    },
  },
  'EC2.173': {
    title: 'Spot Fleet requests with launch parameters encrypt the volumes they attach',
    severity: 'MEDIUM',
    meaning:
      'The fleet writes its working data to unencrypted disks, and snapshots of them are open to whoever gets them.',
    byHand:
      'A request cannot be changed: make a new one whose block device mappings have Encrypted true, then run `aws ec2 cancel-spot-fleet-requests --spot-fleet-request-ids ID --terminate-instances`.',
    gap: {
      kind: 'workload',
      reason:
        'The launch parameters are part of the request; the owner of the fleet has to submit it again at a time when instances may be replaced.',
    },
    standards: {
      'fsbp-1.0': ['EC2.173'],
    },
  },
  'EC2.180': {
    title: 'Network interfaces drop traffic that is not their own',
    severity: 'MEDIUM',
    meaning: 'A machine taken over by an attacker can forward or forge traffic for other machines.',
    byHand:
      'Run `aws ec2 modify-network-interface-attribute --network-interface-id ENI_ID --source-dest-check` on every interface that is not part of a NAT, router or firewall.',
    gap: {
      kind: 'workload',
      reason:
        'NAT instances, routers and inspection appliances need the check off; the network team names those that are meant to forward.',
    },
    standards: {
      'fsbp-1.0': ['EC2.180'],
    },
  },
  'EC2.181': {
    title: 'Launch templates encrypt the volumes they attach',
    severity: 'MEDIUM',
    meaning:
      'Each instance from the template stores its data on unencrypted disks, and the fleet grows with every scaling step.',
    byHand:
      'Create a version of the template whose BlockDeviceMappings have Encrypted true under Ebs, make it the default with `aws ec2 modify-launch-template --launch-template-id ID --default-version NUMBER` and replace the running instances.',
    gap: {
      kind: 'workload',
      reason:
        'The key and the disks of a fleet are set in its template; the owner of the fleet updates it and replaces the instances.',
    },
    stockRules: ['AwsSolutions-EC26'],
    standards: {
      'fsbp-1.0': ['EC2.181'],
    },
  },
  'EC2.182': {
    title: 'Regions block public sharing of EBS snapshots',
    severity: 'HIGH',
    meaning: 'A single wrong click shares a disk image with every AWS account.',
    byHand: 'Run `aws ec2 enable-snapshot-block-public-access --state block-all-sharing` in each Region.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's account hardening blocks public sharing of snapshots in each Region; this version does not set it.",
    },
    standards: {
      'fsbp-1.0': ['EC2.182'],
    },
  },
  'EC2.183': {
    title: 'VPN connections negotiate with IKEv2 only',
    severity: 'MEDIUM',
    meaning: 'Tunnels can fall back to IKEv1, which has known weaknesses and is easier to disrupt.',
    byHand:
      "Set up the customer gateway for IKEv2, then run for each tunnel `aws ec2 modify-vpn-tunnel-options --vpn-connection-id ID --vpn-tunnel-outside-ip-address IP --tunnel-options 'IKEVersions=[{Value=ikev2}]'`. The tunnel is down for some minutes.",
    standards: {
      'fsbp-1.0': ['EC2.183'],
    },
  },
});
