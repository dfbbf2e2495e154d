"""What stands behind a web firewall: load balancers, the secret of the header they look for, and health checks."""

from __future__ import annotations

import json
from typing import Any

from support import HOME, EmulatorTest, client, deploy, reasons, settled, unique

from bulwark_emulator import report

ACCOUNT = "123456789012"


def template(**resources: dict[str, Any]) -> dict[str, Any]:
    return {"Resources": {name: {"Type": f"AWS::{one.pop('Type')}", **one} for name, one in resources.items()}}


def make_network() -> tuple[str, list[str], str]:
    """A VPC, three subnets and a security group."""
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{index}.0/24", AvailabilityZone=f"{HOME}{zone}")
        for index, zone in enumerate("abc")
    ]
    group = ec2.create_security_group(GroupName=unique("edge"), Description="edge", VpcId=vpc)["GroupId"]
    return vpc, [one["Subnet"]["SubnetId"] for one in subnets], group


def balanced(**changes: Any) -> dict[str, Any]:
    """A load balancer that passes on what has the header, and refuses the rest."""
    vpc, subnets, group = changes.pop("network")
    attributes = {"routing.http.drop_invalid_header_fields.enabled": "true", **changes.pop("attributes", {})}
    listed = [{"Key": key, "Value": value} for key, value in attributes.items()]
    pieces = ["{{resolve:secretsmanager:", changes.pop("secret"), ":SecretString:value:"]
    values = [{"Fn::Join": ["", [*pieces, f"{stage}:}}}}"]]} for stage in ("AWSCURRENT", "AWSPREVIOUS")]
    header = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "x-origin", "Values": values}}
    refuse = {
        "Type": "fixed-response",
        "FixedResponseConfig": {"StatusCode": "403", "ContentType": "text/plain", "MessageBody": "no"},
    }
    return template(
        Balancer={
            "Type": "ElasticLoadBalancingV2::LoadBalancer",
            "Properties": {
                "Scheme": "internet-facing",
                "Type": "application",
                "Subnets": subnets[: changes.get("subnets", 2)],
                "SecurityGroups": [group],
                "LoadBalancerAttributes": listed,
                "Tags": [{"Key": "owner", "Value": "platform"}],
            },
        },
        Targets={
            "Type": "ElasticLoadBalancingV2::TargetGroup",
            "Properties": {
                "VpcId": vpc,
                "Port": 8080,
                "Protocol": "HTTP",
                "TargetType": "ip",
                "HealthCheckPath": "/health",
                "Matcher": {"HttpCode": changes.get("matcher", "200-299")},
                "TargetGroupAttributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "10"}],
            },
        },
        Listener={
            "Type": "ElasticLoadBalancingV2::Listener",
            "Properties": {
                "LoadBalancerArn": {"Ref": "Balancer"},
                "Port": 80,
                "Protocol": "HTTP",
                "DefaultActions": [refuse],
            },
        },
        Rule={
            "Type": "ElasticLoadBalancingV2::ListenerRule",
            "Properties": {
                "ListenerArn": {"Ref": "Listener"},
                "Priority": changes.get("priority", 1),
                "Conditions": [header],
                "Actions": [{"Type": "forward", "TargetGroupArn": {"Ref": "Targets"}}],
            },
        },
    ) | {
        "Outputs": {
            **{name: {"Value": {"Ref": name}} for name in ("Balancer", "Targets", "Listener", "Rule")},
            "DNSName": {"Value": {"Fn::GetAtt": ["Balancer", "DNSName"]}},
            "FullName": {"Value": {"Fn::GetAtt": ["Balancer", "LoadBalancerFullName"]}},
            "TargetsFullName": {"Value": {"Fn::GetAtt": ["Targets", "TargetGroupFullName"]}},
        }
    }


class Balancers(EmulatorTest):
    def setUp(self) -> None:
        self.elbv2 = client("elbv2")
        self.secret = unique("header")
        secrets = client("secretsmanager")
        secrets.create_secret(Name=self.secret, SecretString='{"value": "the-old-one"}')
        secrets.put_secret_value(SecretId=self.secret, SecretString='{"value": "the-new-one"}')
        self.network = make_network()

    def deploy(self, name: str | None = None, **changes: Any) -> tuple[dict[str, Any], dict[str, str]]:
        stack = deploy(balanced(network=self.network, secret=self.secret, **changes), name)
        return stack, {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}

    def attributes(self, arn: str) -> dict[str, str]:
        found = self.elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        return {one["Key"]: one["Value"] for one in found}

    def test_everything_is_made_changed_and_taken_away(self) -> None:
        stack, made = self.deploy()
        self.assertEqual(stack["StackStatus"], "CREATE_COMPLETE", reasons(stack["StackName"]))
        found = report.report()["stacks"][stack["StackName"]]
        self.assertEqual((found["applied"], found["unapplied"]), (4, []))
        balancer = self.elbv2.describe_load_balancers(LoadBalancerArns=[made["Balancer"]])["LoadBalancers"][0]
        self.assertEqual(balancer["SecurityGroups"], [self.network[2]])
        self.assertEqual([one["SubnetId"] for one in balancer["AvailabilityZones"]], self.network[1][:2])
        self.assertEqual(made["DNSName"], balancer["DNSName"])
        self.assertTrue(made["Balancer"].endswith(f"loadbalancer/{made['FullName']}"))
        self.assertTrue(made["Targets"].endswith(f":{made['TargetsFullName']}"))
        self.assertEqual(self.attributes(made["Balancer"])["routing.http.drop_invalid_header_fields.enabled"], "true")
        rule = self.elbv2.describe_rules(RuleArns=[made["Rule"]])["Rules"][0]
        values = rule["Conditions"][0]["HttpHeaderConfig"]["Values"]
        self.assertEqual((rule["Priority"], values), ("1", ["the-new-one", "the-old-one"]))

        changes = {"subnets": 3, "priority": 7, "matcher": "204", "attributes": {"deletion_protection.enabled": "true"}}
        changed, _ = self.deploy(stack["StackName"], **changes)
        self.assertEqual(changed["StackStatus"], "UPDATE_COMPLETE", reasons(stack["StackName"]))
        balancer = self.elbv2.describe_load_balancers(LoadBalancerArns=[made["Balancer"]])["LoadBalancers"][0]
        self.assertEqual(len(balancer["AvailabilityZones"]), 3)
        rule = self.elbv2.describe_rules(RuleArns=[made["Rule"]])["Rules"][0]
        self.assertEqual(rule["Priority"], "7")
        group = self.elbv2.describe_target_groups(TargetGroupArns=[made["Targets"]])["TargetGroups"][0]
        self.assertEqual(group["Matcher"], {"HttpCode": "204"})

        cloudformation = client("cloudformation")
        cloudformation.delete_stack(StackName=stack["StackName"])
        self.assertEqual(settled(stack["StackId"])["StackStatus"], "DELETE_FAILED")
        off = [{"Key": "deletion_protection.enabled", "Value": "false"}]
        self.elbv2.modify_load_balancer_attributes(LoadBalancerArn=made["Balancer"], Attributes=off)
        cloudformation.delete_stack(StackName=stack["StackName"])
        self.assertEqual(settled(stack["StackId"])["StackStatus"], "DELETE_COMPLETE")

    def test_logs_need_a_bucket_that_takes_them(self) -> None:
        s3, bucket = client("s3", "us-east-1"), unique("access")
        s3.create_bucket(Bucket=bucket)
        logs = {"access_logs.s3.enabled": "true", "access_logs.s3.bucket": bucket, "access_logs.s3.prefix": "elb"}
        refused, _ = self.deploy(attributes=logs)
        self.assertEqual(refused["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertIn(f"Access Denied for bucket: {bucket}", reasons(refused["StackName"]))
        allow = {
            "Effect": "Allow",
            "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{bucket}/elb/AWSLogs/{ACCOUNT}/*",
        }
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Statement": [allow]}))
        stack, made = self.deploy(attributes=logs)
        self.assertEqual(stack["StackStatus"], "CREATE_COMPLETE", reasons(stack["StackName"]))
        self.assertEqual(self.attributes(made["Balancer"])["access_logs.s3.bucket"], bucket)


class Secrets(EmulatorTest):
    def secret(self, **properties: Any) -> dict[str, Any]:
        made = template(Secret={"Type": "SecretsManager::Secret", "Properties": properties})
        return made | {"Outputs": {"Arn": {"Value": {"Ref": "Secret"}}}}

    def test_a_generated_secret_stays_until_its_rule_changes(self) -> None:
        key = client("kms").create_key()["KeyMetadata"]["Arn"]
        generate = {"SecretStringTemplate": "{}", "GenerateStringKey": "value", "PasswordLength": "40"}
        wanted = {"Description": "the header", "KmsKeyId": key, "GenerateSecretString": generate}
        stack = deploy(self.secret(**wanted, Tags=[{"Key": "owner", "Value": "platform"}]))
        self.assertEqual(stack["StackStatus"], "CREATE_COMPLETE", reasons(stack["StackName"]))
        arn, secrets = stack["Outputs"][0]["OutputValue"], client("secretsmanager")
        value = lambda: json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])["value"]  # noqa: E731
        first = value()
        self.assertEqual(len(first), 40)
        described = secrets.describe_secret(SecretId=arn)
        self.assertEqual((described["Description"], described["KmsKeyId"]), ("the header", key))
        deploy(self.secret(**{**wanted, "Description": "another"}), stack["StackName"])
        self.assertEqual((value(), secrets.describe_secret(SecretId=arn)["Description"]), (first, "another"))
        self.assertNotIn({"Key": "owner", "Value": "platform"}, secrets.describe_secret(SecretId=arn)["Tags"])
        longer = {**generate, "PasswordLength": 50}
        deploy(self.secret(**{**wanted, "GenerateSecretString": longer}), stack["StackName"])
        self.assertEqual(len(value()), 50)
        client("cloudformation").delete_stack(StackName=stack["StackName"])
        self.assertEqual(settled(stack["StackId"])["StackStatus"], "DELETE_COMPLETE")
        self.assert_refused("ResourceNotFoundException", lambda: secrets.describe_secret(SecretId=arn))


class Checks(EmulatorTest):
    def check(self, **config: Any) -> dict[str, Any]:
        properties = {"HealthCheckConfig": config, "HealthCheckTags": [{"Key": "Name", "Value": "edge"}]}
        made = template(Check={"Type": "Route53::HealthCheck", "Properties": properties})
        return made | {"Outputs": {"Id": {"Value": {"Fn::GetAtt": ["Check", "HealthCheckId"]}}}}

    def test_a_check_of_an_alarm_keeps_its_alarm(self) -> None:
        alarm = {"Name": "errors", "Region": HOME}
        config = {"Type": "CLOUDWATCH_METRIC", "AlarmIdentifier": alarm, "InsufficientDataHealthStatus": "Healthy"}
        stack = deploy(self.check(**config))
        self.assertEqual(stack["StackStatus"], "CREATE_COMPLETE", reasons(stack["StackName"]))
        check, route53 = stack["Outputs"][0]["OutputValue"], client("route53")
        found = route53.get_health_check(HealthCheckId=check)["HealthCheck"]["HealthCheckConfig"]
        self.assertEqual({key: found[key] for key in config}, config)
        named = {"ResourceType": "healthcheck", "ResourceId": check}
        tags = route53.list_tags_for_resource(**named)["ResourceTagSet"]["Tags"]
        self.assertIn({"Key": "Name", "Value": "edge"}, tags)

    def test_a_check_of_a_site_is_changed_and_taken_away(self) -> None:
        site = {"Type": "HTTPS", "FullyQualifiedDomainName": "example.com", "ResourcePath": "/health"}
        stack = deploy(self.check(**site, FailureThreshold=2, Regions=["us-east-1", "eu-west-1", "us-west-2"]))
        check, route53 = stack["Outputs"][0]["OutputValue"], client("route53")
        changed = deploy(self.check(**site, FailureThreshold=5), stack["StackName"])
        self.assertEqual(changed["StackStatus"], "UPDATE_COMPLETE", reasons(stack["StackName"]))
        found = route53.get_health_check(HealthCheckId=check)["HealthCheck"]["HealthCheckConfig"]
        self.assertEqual((found["FailureThreshold"], found["ResourcePath"]), (5, "/health"))
        self.assertFalse(found.get("Regions"))
        replaced = deploy(self.check(**{**site, "Type": "HTTP"}), stack["StackName"])
        self.assertNotEqual(replaced["Outputs"][0]["OutputValue"], check)
        self.assert_refused("NoSuchHealthCheck", lambda: route53.get_health_check(HealthCheckId=check))
