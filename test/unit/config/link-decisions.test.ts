import { describe, expect, it } from 'vitest';
import { withDecision } from '../../../src/config/link-decisions.js';

const link = { from: 'a.t.x', to: 'b.u.y' } as const;
const confirm = (text: string) => withDecision(text, { ...link, decision: 'confirmed' }, 'f.yaml');
const reject = (text: string) => withDecision(text, { ...link, decision: 'rejected' }, 'f.yaml');
const head = '# why\nservices:\n  a: { kind: files, path: "a" }   # one\n\n';

describe('decisions on links in aishell.yaml', () => {
  it('begins a list where there is none', () => {
    expect(confirm(head)).toBe(`${head}links:\n  - { from: a.t.x, to: b.u.y }\n`);
    expect(confirm(head.trimEnd())).toBe(`${head.trimEnd()}\nlinks:\n  - { from: a.t.x, to: b.u.y }\n`);
    expect(confirm(`${head}links:\n`)).toBe(`${head}links:\n  - { from: a.t.x, to: b.u.y }\n`);
    expect(confirm(`${head}links: []   # none yet\n`)).toBe(`${head}links:\n  - { from: a.t.x, to: b.u.y }   # none yet\n`);
  });

  it('adds behind the last entry, indented alike, with the line ends of the file', () => {
    const list = `links:\n    # ours\n    - from: c.t.x   # first\n      to: d.u.y     # second\n`;
    expect(reject(`${list}limits: { timeout: 2m }\n`)).toBe(`${list}    - { from: a.t.x, to: b.u.y, decision: rejected }\nlimits: { timeout: 2m }\n`);
    expect(confirm('links:\r\n- { from: c.t.x, to: d.u.y }\r\nservices: {}\r\n')).toBe('links:\r\n- { from: c.t.x, to: d.u.y }\r\n- { from: a.t.x, to: b.u.y }\r\nservices: {}\r\n');
    expect(confirm('links: [{ from: c.t.x, to: d.u.y }]\n')).toBe('links: [{ from: c.t.x, to: d.u.y }, { from: a.t.x, to: b.u.y }]\n');
  });

  it('changes an entry where it stands and keeps its comments', () => {
    expect(reject('links:\n  - { from: A.T.X, to: b.u.y }  # sure?\n')).toBe('links:\n  - { from: A.T.X, to: b.u.y, decision: rejected }  # sure?\n');
    const block = 'links:\n  - from: a.t.x  # here\n    to: b.u.y    # there\n';
    expect(reject(block)).toBe(`${block}    decision: rejected\n`);
    expect(confirm(`${block}    decision: rejected # no\n`)).toBe(`${block}    decision: confirmed # no\n`);
    expect(confirm(block)).toBe(block);
  });

  it('quotes what YAML would read otherwise', () => {
    expect(withDecision('', { from: 'a.t.x y', to: 'b.u.#1', decision: 'confirmed' }, 'f')).toBe('links:\n  - { from: "a.t.x y", to: "b.u.#1" }\n');
  });

  it('refuses what it could not edit without touching more', () => {
    expect(() => confirm('x-l: &l [{ from: c.t.x, to: d.u.y }]\nlinks: *l\n')).toThrow(/can't be edited/);
  });
});
