import { CONTROLS, EDGE_TIER, TIER_TAG } from '../../../lib/controls';

const entries = Object.entries(CONTROLS);

describe.each(entries)('control %s', (id, { title, severity, standards }) => {
  test('is keyed by a Security Hub control id', () => {
    expect(id).toMatch(/^([A-Z][A-Za-z0-9]*\.[1-9]\d*|BW\.[1-9]\d*)$/);
  });

  test('states the secure state in its title', () => {
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(title).not.toMatch(/^(Ensure|Check|Make sure)|\bshould\b/i);
  });

  test('has a severity and requirements as the standards write them', () => {
    expect(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW']).toContain(severity);
    const formats: Record<string, RegExp> = {
      'cis-3.0': /^\d+(\.\d+)+$/,
      'cis-5.0': /^\d+(\.\d+)+$/,
      'cis-7.0': /^\d+(\.\d+)+$/,
      'nist-800-53-r5': /^[A-Z]{2}-\d+(\(\d+\))?$/,
      'pci-4.0': /^A?\d+(\.\d+)+$/,
    };
    for (const [standard, requirements] of Object.entries(standards)) {
      expect(requirements.length).toBeGreaterThan(0);
      expect(new Set(requirements).size).toBe(requirements.length);
      for (const requirement of requirements) expect(requirement).toMatch(formats[standard] as RegExp);
    }
  });
});

test('controls stand in order, so that one is found and added once', () => {
  const ids = entries.map(([id]) => id);
  expect(ids).toEqual([...ids].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })));
});

test('checks and remediations share the words that mark an edge group', () => {
  expect([TIER_TAG, EDGE_TIER]).toEqual(['bulwark:tier', 'edge']);
});
