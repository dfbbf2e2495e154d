"""The local AWS of cdk-bulwark: moto, completed where it falls short of what the product relies on."""
