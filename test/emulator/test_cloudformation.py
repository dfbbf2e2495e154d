"""Stacks are made, changed, rolled back and deleted as CloudFormation does it, and nothing is skipped in silence."""

from __future__ import annotations

import json

from support import HOME, EmulatorTest, client, deploy, make_function, make_trail_bucket, reasons, settled, unique
from test_understand import post


def bucket(**properties: object) -> dict[str, object]:
    return {"Type": "AWS::S3::Bucket", "Properties": properties}


def template(**resources: object) -> dict[str, object]:
    return {"Resources": resources}


class CloudFormation(EmulatorTest):
    def test_an_unknown_type_fails_the_stack_and_takes_the_rest_back(self) -> None:
        name = unique("bucket")
        stack = deploy(
            template(Bucket=bucket(BucketName=name), Thing={"Type": "AWS::Nothing::Thing", "DependsOn": "Bucket"}),
        )
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertIn(
            "sandbox has no support for AWS::Nothing::Thing; add support or an entry in sandbox/record-only.json",
            reasons(stack["StackName"]),
        )
        self.assert_refused("404", lambda: client("s3").head_bucket(Bucket=name))

    def test_a_taken_bucket_name_fails(self) -> None:
        name = unique("taken")
        client("s3", "us-east-1").create_bucket(Bucket=name)
        stack = deploy(template(Bucket=bucket(BucketName=name)))
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertIn(f"{name} already exists", reasons(stack["StackName"]))
        client("s3").head_bucket(Bucket=name)

    def test_a_failed_update_brings_the_old_state_back(self) -> None:
        parameter = unique("/parameter")
        first = {"Type": "AWS::SSM::Parameter", "Properties": {"Name": parameter, "Type": "String", "Value": "old"}}
        stack = deploy(template(Parameter=first))["StackName"]
        second = {**first, "Properties": {**first["Properties"], "Value": "new"}}
        failing = {"Type": "AWS::Nothing::Thing", "DependsOn": ["Parameter", "Queue"]}
        after = deploy(template(Parameter=second, Queue={"Type": "AWS::SQS::Queue"}, Thing=failing), stack)
        self.assertEqual(after["StackStatus"], "UPDATE_ROLLBACK_COMPLETE")
        self.assertEqual(client("ssm").get_parameter(Name=parameter)["Parameter"]["Value"], "old")
        resources = client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"]
        self.assertEqual([one["LogicalResourceId"] for one in resources], ["Parameter"])

    def test_a_stack_is_found_by_what_it_made(self) -> None:
        cloudformation = client("cloudformation")
        topic = {"Type": "AWS::SNS::Topic"}
        queue = {"Type": "AWS::SQS::Queue"}
        subscription = {
            "Type": "AWS::SNS::Subscription",
            "Properties": {
                "TopicArn": {"Ref": "Topic"},
                "Protocol": "sqs",
                "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]},
                "FilterPolicy": {"severity": ["P0"]},
                "RawMessageDelivery": True,
            },
        }
        stack = deploy(template(Topic=topic, Queue=queue, Subscription=subscription))
        described = cloudformation.describe_stack_resources(StackName=stack["StackName"])["StackResources"]
        made = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in described}
        found = cloudformation.describe_stack_resources(PhysicalResourceId=made["Topic"])["StackResources"]
        self.assertEqual({one["LogicalResourceId"] for one in found}, set(made))
        for one in found:
            self.assertEqual((one["StackName"], one["StackId"]), (stack["StackName"], stack["StackId"]))
        detail = cloudformation.describe_stack_resource(StackName=stack["StackName"], LogicalResourceId="Queue")
        self.assertEqual(detail["StackResourceDetail"]["PhysicalResourceId"], made["Queue"])
        self.assertEqual(detail["StackResourceDetail"]["StackId"], stack["StackId"])
        with self.assertRaisesRegex(cloudformation.exceptions.ClientError, "Stack for nobodys does not exist"):
            cloudformation.describe_stack_resources(PhysicalResourceId="nobodys")
        attributes = client("sns").get_subscription_attributes(SubscriptionArn=made["Subscription"])["Attributes"]
        self.assertEqual((attributes["TopicArn"], attributes["Protocol"]), (made["Topic"], "sqs"))
        self.assertEqual(json.loads(attributes["FilterPolicy"]), {"severity": ["P0"]})
        self.assertEqual(attributes["RawMessageDelivery"], "true")

    def test_a_queue_keeps_its_policy_when_it_changes_otherwise(self) -> None:
        statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
        document = {"Version": "2012-10-17", "Statement": [statement]}
        policy = {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {"Queues": [{"Ref": "Queue"}], "PolicyDocument": document},
        }

        def stack_of(seconds: int) -> dict[str, object]:
            queue = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": seconds}}
            return template(Queue=queue, Policy=policy)

        stack = deploy(stack_of(30))["StackName"]
        self.assertEqual(deploy(stack_of(60), stack)["StackStatus"], "UPDATE_COMPLETE")
        resources = client("cloudformation").describe_stack_resources(StackName=stack, LogicalResourceId="Queue")
        url = resources["StackResources"][0]["PhysicalResourceId"]
        attributes = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        self.assertEqual(json.loads(attributes["Policy"])["Statement"], [statement])
        self.assertEqual(attributes["VisibilityTimeout"], "60")

    def test_a_property_that_is_not_applied_is_reported(self) -> None:
        properties = {"BucketName": unique("bucket"), "InventoryConfigurations": [{"Id": "x"}]}
        stack = deploy({"Resources": {"Bucket": bucket(**properties), "Meta": {"Type": "AWS::CDK::Metadata"}}})
        _, report = post("/_bulwark/report", None)
        entry = report["stacks"][stack["StackName"]]
        self.assertEqual(entry["applied"], 1)
        self.assertEqual([one["logicalId"] for one in entry["recorded"]], ["Meta"])
        self.assertEqual(
            entry["unapplied"],
            [
                {
                    "logicalId": "Bucket",
                    "type": "AWS::S3::Bucket",
                    "region": HOME,
                    "unapplied": ["InventoryConfigurations"],
                }
            ],
        )

    def test_every_bucket_property_is_read_back(self) -> None:
        key = client("kms").create_key()["KeyMetadata"]["Arn"]
        name = unique("bucket")
        block = {
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": False,
        }
        encryption = [
            {
                "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key},
                "BucketKeyEnabled": True,
            }
        ]
        rule = {
            "Id": "keep",
            "Status": "Enabled",
            "ExpirationInDays": 400,
            "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 90}],
            "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
        }
        deploy(
            template(
                Bucket=bucket(
                    BucketName=name,
                    PublicAccessBlockConfiguration=block,
                    BucketEncryption={"ServerSideEncryptionConfiguration": encryption},
                    VersioningConfiguration={"Status": "Enabled"},
                    ObjectLockEnabled=True,
                    ObjectLockConfiguration={
                        "ObjectLockEnabled": "Enabled",
                        "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": "30"}},
                    },
                    OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
                    LifecycleConfiguration={
                        "Rules": [rule],
                        "TransitionDefaultMinimumObjectSize": "varies_by_storage_class",
                    },
                    Tags=[{"Key": "owner", "Value": "security"}],
                ),
                Policy={
                    "Type": "AWS::S3::BucketPolicy",
                    "Properties": {
                        "Bucket": {"Ref": "Bucket"},
                        "PolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": [
                                {
                                    "Effect": "Deny",
                                    "Principal": "*",
                                    "Action": "s3:*",
                                    "Resource": {"Fn::GetAtt": ["Bucket", "Arn"]},
                                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                                }
                            ],
                        },
                    },
                },
            )
        )
        s3 = client("s3")
        self.assertEqual(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"], block)
        found = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
        self.assertEqual(
            [(one["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"], one["BucketKeyEnabled"]) for one in found],
            [(key, True)],
        )
        self.assertEqual(s3.get_bucket_versioning(Bucket=name)["Status"], "Enabled")
        lock = s3.get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"]
        self.assertEqual(
            lock["Rule"]["DefaultRetention"], {**lock["Rule"]["DefaultRetention"], "Mode": "GOVERNANCE", "Days": 30}
        )
        lifecycle = s3.get_bucket_lifecycle_configuration(Bucket=name)
        self.assertEqual(lifecycle["TransitionDefaultMinimumObjectSize"], "varies_by_storage_class")
        self.assertEqual(lifecycle["Rules"][0]["Transitions"], [{"Days": 90, "StorageClass": "GLACIER"}])
        tags = {one["Key"]: one["Value"] for one in s3.get_bucket_tagging(Bucket=name)["TagSet"]}
        self.assertEqual((tags["owner"], tags["aws:cloudformation:logical-id"]), ("security", "Bucket"))
        self.assertIs(s3.get_bucket_policy_status(Bucket=name)["PolicyStatus"]["IsPublic"], False)

    def test_a_trail_with_everything_is_read_back_and_updated(self) -> None:
        name, logs_bucket = unique("trail"), unique("bucket")
        make_trail_bucket(logs_bucket)
        selectors = [{"Name": "all", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]
        properties = {
            "TrailName": name,
            "S3BucketName": logs_bucket,
            "IsLogging": True,
            "IsMultiRegionTrail": "true",
            "EnableLogFileValidation": True,
            "CloudWatchLogsLogGroupArn": f"arn:aws:logs:{HOME}:123456789012:log-group:g:*",
            "CloudWatchLogsRoleArn": "arn:aws:iam::123456789012:role/r",
            "AdvancedEventSelectors": selectors,
        }
        stack = deploy(template(Trail={"Type": "AWS::CloudTrail::Trail", "Properties": properties}))["StackName"]
        cloudtrail = client("cloudtrail")
        trail = cloudtrail.get_trail(Name=name)["Trail"]
        self.assertTrue(
            trail["IsMultiRegionTrail"] and trail["LogFileValidationEnabled"] and trail["HasCustomEventSelectors"]
        )
        self.assertEqual(trail["CloudWatchLogsRoleArn"], properties["CloudWatchLogsRoleArn"])
        self.assertEqual(cloudtrail.get_event_selectors(TrailName=name)["AdvancedEventSelectors"], selectors)
        changed = {**properties, "IsLogging": False}
        del changed["CloudWatchLogsLogGroupArn"], changed["CloudWatchLogsRoleArn"]
        deploy(template(Trail={"Type": "AWS::CloudTrail::Trail", "Properties": changed}), stack)
        self.assertFalse(cloudtrail.get_trail_status(Name=name)["IsLogging"])
        self.assertNotIn("CloudWatchLogsLogGroupArn", cloudtrail.get_trail(Name=name)["Trail"])

    def test_exports_are_imported_and_cannot_be_deleted_in_use(self) -> None:
        export = unique("export")
        exporting = {
            **template(Queue={"Type": "AWS::SQS::Queue"}),
            "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Queue", "Arn"]}, "Export": {"Name": export}}},
        }
        first = deploy(exporting)
        value = {"Fn::ImportValue": export}
        importing = template(
            Parameter={"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}
        )
        second = deploy(importing)
        self.assertEqual(second["StackStatus"], "CREATE_COMPLETE")
        cloudformation = client("cloudformation")
        self.assertEqual(cloudformation.list_imports(ExportName=export)["Imports"], [second["StackName"]])
        self.assert_refused("ValidationError", lambda: cloudformation.delete_stack(StackName=first["StackName"]))

    def test_change_sets_keep_outputs_and_tell_when_nothing_changes(self) -> None:
        name, cloudformation = unique("stack"), client("cloudformation")
        body = json.dumps(
            {
                "Parameters": {"Days": {"Type": "Number", "Default": 30}},
                **template(Group={"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": {"Ref": "Days"}}}),
                "Outputs": {"Name": {"Value": {"Ref": "Group"}}},
            }
        )
        cloudformation.create_change_set(StackName=name, ChangeSetName="one", ChangeSetType="CREATE", TemplateBody=body)
        described = cloudformation.describe_change_set(StackName=name, ChangeSetName="one")
        self.assertEqual(described["Changes"][0]["ResourceChange"]["Action"], "Add")
        cloudformation.execute_change_set(StackName=name, ChangeSetName="one")
        stack = settled(name)
        group = stack["Outputs"][0]["OutputValue"]
        self.assertEqual(
            client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["retentionInDays"], 30
        )
        cloudformation.create_change_set(StackName=name, ChangeSetName="two", TemplateBody=body)
        again = cloudformation.describe_change_set(StackName=name, ChangeSetName="two")
        self.assertEqual(again["Status"], "FAILED")
        self.assertIn("didn't contain changes", again["StatusReason"])

    def test_a_replaced_resource_goes_after_its_successor_came(self) -> None:
        old, new = unique("queue"), unique("queue")
        stack = deploy(template(Queue={"Type": "AWS::SQS::Queue", "Properties": {"QueueName": old}}))["StackName"]
        deploy(template(Queue={"Type": "AWS::SQS::Queue", "Properties": {"QueueName": new}}), stack)
        sqs = client("sqs")
        self.assertIn(new, sqs.get_queue_url(QueueName=new)["QueueUrl"])
        self.assertRaises(sqs.exceptions.QueueDoesNotExist, lambda: sqs.get_queue_url(QueueName=old))

    def test_a_deleted_stack_leaves_only_what_is_retained(self) -> None:
        name, kept = unique("bucket"), unique("kept")
        retained = {**bucket(BucketName=kept), "DeletionPolicy": "Retain"}
        stack = deploy(template(Bucket=bucket(BucketName=name), Kept=retained))
        client("cloudformation").delete_stack(StackName=stack["StackName"])
        self.assertEqual(settled(stack["StackId"])["StackStatus"], "DELETE_COMPLETE")
        self.assert_refused("404", lambda: client("s3").head_bucket(Bucket=name))
        client("s3").head_bucket(Bucket=kept)

    def test_an_event_pattern_that_is_too_long_fails(self) -> None:
        pattern = {"source": ["aws.ec2"], "detail": {"eventName": [f"Operation{index}" for index in range(200)]}}
        stack = deploy(template(Rule={"Type": "AWS::Events::Rule", "Properties": {"EventPattern": pattern}}))
        self.assertEqual(stack["StackStatus"], "ROLLBACK_COMPLETE")
        self.assertIn("2048 are allowed", reasons(stack["StackName"]))

    def test_a_custom_resource_answers_over_its_callback(self) -> None:
        function = make_function(
            """
            import https from 'https';
            export const handler = (event) => new Promise((resolve, reject) => {
              const url = new URL(event.ResponseURL);
              const Data = { Echo: event.ResourceProperties.Say };
              const body = JSON.stringify({ Status: 'SUCCESS', PhysicalResourceId: 'mine', Data });
              const target = { hostname: url.hostname, path: url.pathname, method: 'PUT' };
              const request = https.request(target, () => resolve());
              request.on('error', reject);
              request.end(body);
            });
            """
        )
        token = f"arn:aws:lambda:{HOME}:123456789012:function:{function}"
        stack = deploy(
            {
                **template(Thing={"Type": "Custom::Thing", "Properties": {"ServiceToken": token, "Say": True}}),
                "Outputs": {"Echo": {"Value": {"Fn::GetAtt": ["Thing", "Echo"]}}, "Id": {"Value": {"Ref": "Thing"}}},
            }
        )
        self.assertEqual({one["OutputValue"] for one in stack["Outputs"]}, {"true", "mine"})
