// CDK's built-in validator costs a second of WASM start in each process; one step of the suite runs with it.
process.env.CDK_VALIDATION = 'false';
process.env.AWS_EC2_METADATA_DISABLED = 'true';
// Powertools then writes through the console, where a test can listen; metrics too, which it would leave out.
process.env.POWERTOOLS_DEV = 'true';
process.env.POWERTOOLS_METRICS_DISABLED = 'false';
