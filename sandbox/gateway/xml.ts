import { XMLParser } from 'fast-xml-parser';
import type { Json } from './types';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  ignoreDeclaration: true,
});

/** Parses a document; text that is not XML gives undefined. */
export function parseXml(text: string): Json | undefined {
  if (!text.trimStart().startsWith('<')) {
    return undefined;
  }
  try {
    return parser.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Text of the first element of that name, for picking one value out of a known answer. */
export function elementText(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}

export function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
