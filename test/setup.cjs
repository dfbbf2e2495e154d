// CDK's built-in validator costs a second of WASM start in each process; one step of the suite runs with it.
process.env.CDK_VALIDATION = 'false';
process.env.AWS_EC2_METADATA_DISABLED = 'true';
// Powertools would write metrics and warnings between the results.
process.env.POWERTOOLS_DEV = 'true';
